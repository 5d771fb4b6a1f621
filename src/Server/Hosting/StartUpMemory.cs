namespace Assay.Server.Hosting;

/// <summary>
/// Gives back the memory that starting up took, once, soon after. What a start leaves behind would otherwise be copied in the
/// middle of the first traffic, a tenth of a second at a time, and stay with an idle program.
/// </summary>
internal static class StartUpMemory
{
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(3);

    public static async Task GiveBack(CancellationToken cancel)
    {
        await Task.Delay(Settled, cancel);
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
    }
}
