using System.ComponentModel.DataAnnotations;

namespace Assay.Inference.Processes;

/// <summary>
/// Models that are programs of their own; section <c>ModelProcesses</c>. Off by default: whoever turns it on lets what
/// people register run on this machine, under the server's account.
/// </summary>
public sealed class ProcessOptions
{
    private static readonly TimeSpan BackOffMax = TimeSpan.FromMinutes(1);

    /// <summary>Whether models may be started as processes at all.</summary>
    public bool Enabled { get; init; }

    /// <summary>
    /// How an MLflow model of Python is started, word by word, where its package doesn't say: <c>{model}</c> is its folder,
    /// <c>{port}</c> the port of 127.0.0.1 that it must listen on, <c>{socket}</c> a Unix socket to listen on instead.
    /// </summary>
    public IReadOnlyList<string> Command { get; init; } = [];

    /// <summary>Programs that a package's own command may begin with, as it writes them; none by default.</summary>
    public IReadOnlyList<string> AllowedPrograms { get; init; } = [];

    /// <summary>Variables of the processes' environment, which has only PATH, LANG, HOME and TMPDIR besides.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Seconds from the start to the first sign of life, 1 to 3600.</summary>
    [Range(1, 3600)]
    public double StartSeconds { get; init; } = 120;

    /// <summary>Seconds for a call, 0.1 to 3600. A process that answers nothing for that long is stopped and started again.</summary>
    [Range(0.1, 3600)]
    public double CallSeconds { get; init; } = 30;

    /// <summary>Mebibytes of memory of a model's processes in all, 16 to 1,048,576. Past it they are stopped and started again.</summary>
    [Range(16, 1 << 20)]
    public int MemoryMiB { get; init; } = 2048;

    /// <summary>Mebibytes of address space of each of its processes, 0 for no limit, which not every runtime can live with.</summary>
    [Range(0, 1 << 24)]
    public int AddressSpaceMiB { get; init; }

    /// <summary>Calls that may wait for one model, 1 to 10,000; one more is asked to come again.</summary>
    [Range(1, 10_000)]
    public int CallsMax { get; init; } = 64;

    /// <summary>Seconds before the first start after a failure, 0.05 to 600; doubled with each one that follows, to a minute at most.</summary>
    [Range(0.05, 600)]
    public double BackOffSeconds { get; init; } = 0.5;

    /// <summary>The pause before a start that follows so many failures.</summary>
    internal TimeSpan BackOff(int failures)
    {
        var seconds = BackOffSeconds * Math.Pow(2, Math.Min(Math.Max(failures - 1, 0), 20));
        return seconds < BackOffMax.TotalSeconds ? TimeSpan.FromSeconds(seconds) : BackOffMax;
    }
}
