using Microsoft.ML.OnnxRuntime;

namespace Assay.Inference.Models;

/// <summary>
/// Stops a computation of ONNX Runtime when its caller leaves or it takes too long, for a graph may loop for ever, and knows
/// when the bounds of memory stopped it.
/// </summary>
internal sealed class RunLimit : IDisposable
{
    /// <summary>How long a model may compute at a time.</summary>
    public static readonly TimeSpan TimeMax = TimeSpan.FromSeconds(30);

    private const string GiveBack = "memory.enable_memory_arena_shrinkage";
    private const string OutOfMemory = "Available memory of";   // the runtime's word for it, which has no code of its own

    private readonly CancellationToken _caller;
    private readonly CancellationTokenSource _limit;
    private readonly CancellationTokenRegistration _stop;

    /// <param name="givesBack">Whether memory that nobody needs afterwards is given back, which takes a quick model too long.</param>
    /// <param name="caller">Whose leaving stops it.</param>
    public RunLimit(bool givesBack, CancellationToken caller)
    {
        if (givesBack)
            Options.AddRunConfigEntry(GiveBack, "cpu:0");
        _caller = caller;
        _limit = CancellationTokenSource.CreateLinkedTokenSource(caller);
        _limit.CancelAfter(TimeMax);
        _stop = _limit.Token.UnsafeRegister(static options => ((RunOptions)options!).Terminate = true, Options);
    }

    /// <summary>What the computation is to be run with.</summary>
    public RunOptions Options { get; } = new();

    /// <summary>What a failure of the runtime means where a bound stopped it; null where it failed by itself.</summary>
    public Exception? Stopped(OnnxRuntimeException problem)
    {
        if (_caller.IsCancellationRequested)
            return new OperationCanceledException(_caller);
        if (_limit.IsCancellationRequested)
            return Stopped($"The model was stopped after {TimeMax.TotalSeconds:0} seconds. Send less at a time.", problem);
        return problem.Message.Contains(OutOfMemory, StringComparison.Ordinal)
            ? Stopped($"The model was stopped, for it needs more memory for these inputs than the {RuntimeOptions.MemoryBytesMax >> 20} MiB that all models share. Send less at a time.", problem)
            : null;
    }

    private static ModelFailedException Stopped(string message, OnnxRuntimeException problem) => new(message, problem) { IsStopped = true };

    public void Dispose()
    {
        _stop.Dispose();   // waits for it where it runs
        _limit.Dispose();
        Options.Dispose();
    }
}
