using Assay.Inference.Processes;

namespace Assay.Inference.Models;

/// <summary>What a host offers models: a place for their files, and what those need that don't compute in its own process.</summary>
/// <param name="Processes">Whether and how programs may be started.</param>
/// <param name="Outbound">Sends a request to a server elsewhere, within the host's rules; null where none may be asked.</param>
public sealed record ModelSurroundings(
    ProcessOptions Processes, Func<HttpRequestMessage, CancellationToken, Task<ServerAnswer>>? Outbound = null)
{
    /// <summary>Loads another model of the project by its name and the number of a version, for graphs; null where there are none.</summary>
    public Func<string, string, CancellationToken, Task<ServedModel>>? Member { get; init; }

    /// <summary>
    /// Makes an empty folder that its owner alone may open, its name beginning with a word. The model deletes it when it is let
    /// go. Among the temporary ones unless the host has a place that it clears up after its own sudden end.
    /// </summary>
    public Func<string, string> MakeFolder { get; init; } = word => Directory.CreateTempSubdirectory($"assay-{word}-").FullName;   // mode 0700

    /// <summary>Nothing: only models in this process.</summary>
    public static ModelSurroundings None { get; } = new(new ProcessOptions());
}
