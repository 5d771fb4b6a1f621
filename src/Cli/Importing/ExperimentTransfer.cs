using System.Text.Json;
using Assay.Client;
using Assay.Tracking.Importing;

namespace Assay.Cli.Importing;

/// <summary>Brings over what an experiment has beside its runs: logged models with their files, and traces with their spans.</summary>
internal sealed class ExperimentTransfer(IMlflowSource source, AssayClient client, ImportTally tally)
{
    public async Task Model(SourceLoggedModel model, string experiment, CancellationToken cancel)
    {
        var points = model.Points.DistinctBy(point => (point.Key, point.Step, point.AtMilliseconds, point.RunId, point.DatasetName, point.DatasetDigest)).ToList();
        var state = await client.Imports.LoggedModel(model.Id, model.Request with { ExperimentId = experiment, Points = points }, cancel);
        var missing = await Files(model, state.ArtifactUri, cancel);
        if (missing is not null)
            tally.Failed(model.Id, $"The file '{missing}' of the logged model is not here as it is at the source.");
        else if (state.Params == model.Request.Params.Count && state.Tags >= model.Request.Tags.Count && state.Points == points.Count)
            tally.Models.Here();
        else
            tally.Failed(model.Id, $"The logged model has {model.Request.Params.Count} parameters, {model.Request.Tags.Count} tags and {points.Count} points at the source, and {state.Params}, {state.Tags} and {state.Points} here.");
    }

    /// <summary>Brings files that are not here in their size, and looks again; the first that still is not, or null.</summary>
    private async Task<string?> Files(SourceLoggedModel model, string place, CancellationToken cancel)
    {
        var (here, files, isChanged) = (await client.Imports.FilesAt(place, cancel), new List<SourceFile>(), false);
        await foreach (var file in source.ModelFiles(model, cancel))
        {
            files.Add(file);
            if (IsHere(file, here))
                continue;
            await using var content = await source.OpenModelFile(model, file, cancel);
            await client.Imports.FileAt(place, file.Path, content, cancel);
            isChanged = true;
        }

        if (isChanged)
            here = await client.Imports.FilesAt(place, cancel);
        return files.Find(file => !IsHere(file, here))?.Path;
    }

    private static bool IsHere(SourceFile file, IReadOnlyDictionary<string, long> here) => here.TryGetValue(file.Path, out var size) && size == file.SizeBytes;

    public async Task Trace(SourceTrace trace, string experiment, CancellationToken cancel)
    {
        var spans = await source.Spans(trace, cancel);
        var state = await client.Imports.Trace(trace.Id, new(experiment, trace.Info, spans), cancel);
        var (count, said) = (spans.ValueKind == JsonValueKind.Array ? spans.GetArrayLength() : 0, trace.Info.Items("assessments").Count());
        if (state.Spans == count && state.Assessments >= said)
            tally.Traces.Here();
        else
            tally.Failed(trace.Id, $"The trace has {count} spans and {said} assessments at the source, and {state.Spans} and {state.Assessments} here.");
    }
}
