namespace Assay.Inference.Protocols.Connections;

/// <summary>The runtime's pool of threads, which answers requests.</summary>
public static class PoolThreads
{
    private const int PerProcessor = 2;

    /// <summary>
    /// Has two threads ready for each processor. The pool begins with one, and adds more only after it saw for half a second that
    /// none came free: a call that holds its thread (to a database in the process, of a long computation) would have others wait
    /// that long. Called once, at the start of a server; without it, <c>bench/serving</c> answers fewer requests, too.
    /// </summary>
    public static void KeepReady()
    {
        ThreadPool.GetMinThreads(out var workers, out var ports);
        ThreadPool.SetMinThreads(Math.Max(workers, PerProcessor * Environment.ProcessorCount), ports);
    }
}
