using System.ComponentModel.DataAnnotations;

namespace Assay.Data;

/// <summary>How much of the server's machine reading and profiling a dataset may take; section <c>Data</c>.</summary>
internal sealed class DataOptions
{
    /// <summary>Memory of the table engine, in MiB; larger tables go to disk.</summary>
    [Range(64, 1 << 20)]
    public int MemoryMegabytes { get; init; } = 192;

    /// <summary>Threads of the table engine.</summary>
    [Range(1, 256)]
    public int Threads { get; init; } = 2;

    /// <summary>Datasets that are read at the same time; others wait.</summary>
    [Range(1, 64)]
    public int Readers { get; init; } = 1;
}
