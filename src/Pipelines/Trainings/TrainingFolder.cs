using System.Text.Json;
using Assay.Kernel;
using Assay.Kernel.Homes;
using Assay.Learning;

namespace Assay.Pipelines.Trainings;

/// <summary>Scratch space of one attempt at a training: dataset bytes lie here in clear for the attempt's life and no longer.</summary>
internal sealed class TrainingFolder : IDisposable
{
    public TrainingFolder(AssayHome home, DateTimeOffset now)
    {
        MadeAt = now;
        Root = home.MakeWorkFolder("training");
        Directory.CreateDirectory(Input);
        Directory.CreateDirectory(Output);
    }

    /// <summary>When the attempt began.</summary>
    public DateTimeOffset MadeAt { get; }

    public string Root { get; }

    public string Input => Path.Combine(Root, "input");

    public string Output => Path.Combine(Root, "output");

    public string Package => Path.Combine(Output, "package");

    public async Task Write(string file, Stream content, CancellationToken cancel)
    {
        var path = Path.Combine(Input, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await using var target = new FileStream(path, FileMode.CreateNew, FileAccess.Write);
        await content.CopyToAsync(target, cancel);
    }

    public async Task WriteRequest(TrainingRequest request, CancellationToken cancel)
    {
        await using var target = new FileStream(Path.Combine(Input, "request.json"), FileMode.CreateNew, FileAccess.Write);
        await JsonSerializer.SerializeAsync(target, request, AssayJson.Indented, cancel);
    }

    public async Task<TrainingOutcome> ReadOutcome(CancellationToken cancel)
    {
        await using var source = File.OpenRead(Path.Combine(Output, "result.json"));
        return await JsonSerializer.DeserializeAsync<TrainingOutcome>(source, AssayJson.Options, cancel)
            ?? throw new JsonException("The result of the training is empty.");
    }

    public void Dispose()
    {
        try
        {
            Directory.Delete(Root, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // The home's scratch space was emptied by somebody else: what should be gone is gone.
        }
    }
}
