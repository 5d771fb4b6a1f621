using System.Text.Json;
using Assay.Kernel;

namespace Assay.Registry.Mlflow.Versions;

/// <summary>
/// The package of a version whose files are elsewhere, or that has none, as a prompt: it says where they are said to be. It
/// is signed like any other, so that what was registered can't be changed; nothing in it can be served.
/// </summary>
internal static class SourcePackage
{
    /// <summary>The format of such a version.</summary>
    public const string Format = "reference";

    public const string File = "source.json";

    public static async Task Write(string folder, string source, string? runId, string? modelId, CancellationToken cancel) =>
        await System.IO.File.WriteAllBytesAsync(
            Path.Combine(folder, File), JsonSerializer.SerializeToUtf8Bytes(new { source, runId, modelId }, AssayJson.Options), cancel);
}
