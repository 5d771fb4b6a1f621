using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Assay.Inference.Graphs;
using Assay.Inference.Models;
using Assay.Kernel;
using Assay.Kernel.Refusals;
using Assay.Monitoring.Labels;
using Assay.Registry;
using Assay.Statistics.Estimation;
using Assay.Statistics.Profiles;

namespace Assay.Monitoring.Performance;

/// <summary>What a version's package says of itself: what it predicts, what it was trained on, how it did on rows held out.</summary>
/// <param name="Schema">Inputs and classes.</param>
/// <param name="Baseline">Of features and score.</param>
/// <param name="HeldOut">What scores were worth; null in older packages.</param>
/// <param name="Metrics">On held-out rows, by their names.</param>
/// <param name="HeldOutRows">How many rows those were; 0 when it isn't said.</param>
internal sealed record ModelPapers(
    ModelSchema Schema, BaselineProfile Baseline, HeldOutScores? HeldOut, IReadOnlyDictionary<string, double> Metrics, long HeldOutRows)
{
    private Dictionary<double, int>? _places;

    /// <summary>The place of a class by its name's number; below 0 where the version knows none such.</summary>
    public int PlaceOf(double number) =>
        (_places ??= (Schema.Classes ?? []).Select((name, place) => (Number: ClassNumber.Of(name), place)).DistinctBy(one => one.Number).ToDictionary(one => one.Number, one => one.place))
            .GetValueOrDefault(number, ClassCounts.Unknown);

    /// <summary>The bin of a prediction.</summary>
    public int BinOf(double prediction) => Schema.Task == ModelTask.Classification
        ? ScoreBins.Of(prediction)
        : HeldOutScores.BinOf(prediction, Baseline.Score.Edges ?? []);

    /// <summary>Reads the papers of a package; null for one that answers neither a class nor a number for each row.</summary>
    public static ModelPapers? Read(VerifiedPackage package)
    {
        var isTable = package.Files.ContainsKey(PackageFiles.Schema) && package.Files.ContainsKey(PackageFiles.Baseline);
        var schema = isTable ? JsonSerializer.Deserialize<ModelSchema>(package.File(PackageFiles.Schema), AssayJson.Options)! : RowAnswer.Of(package.Content)?.Schema;
        if (schema is null)
            return null;
        var baseline = isTable ? JsonSerializer.Deserialize<BaselineProfile>(package.File(PackageFiles.Baseline), AssayJson.Options)! : None;
        var said = package.Files.TryGetValue(PackageFiles.Evaluation, out var bytes) ? Evaluation(bytes) : null;
        var metrics = (said?.Metrics ?? []).Where(metric => double.IsFinite(metric.Value)).ToDictionary(StringComparer.Ordinal);
        return new(schema, baseline, said?.HeldOut, metrics, said?.Holdout?.Rows ?? 0);
    }

    private static readonly BaselineProfile None = new(0, [], new("prediction", [], null, [0], 0, null, null, null, null));

    // Packages may come from elsewhere, with an evaluation of another form.
    private static Said? Evaluation(byte[] bytes)
    {
        try
        {
            return JsonSerializer.Deserialize<Said>(bytes, AssayJson.Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private sealed record Said(Dictionary<string, double>? Metrics, SaidRows? Holdout, HeldOutScores? HeldOut);

    private sealed record SaidRows(long Rows);
}

/// <summary>Keeps the papers of versions that were asked for: a package is checked against its signature each time that it is opened.</summary>
internal sealed class PapersKept
{
    private const int KeptMax = 500;
    private readonly ConcurrentDictionary<(string Project, string Model, int Version), ModelPapers?> _kept = new();

    /// <summary>The papers of a version; null where it has none, was deleted or is not what was signed.</summary>
    public async Task<ModelPapers?> Find(IModels models, (string Project, string Model, int Version) version, CancellationToken cancel)
    {
        if (_kept.TryGetValue(version, out var kept))
            return kept;
        if (_kept.Count >= KeptMax)
            _kept.Clear();
        return _kept[version] = await Read(models, version, cancel);
    }

    private static async Task<ModelPapers?> Read(IModels models, (string Project, string Model, int Version) version, CancellationToken cancel)
    {
        try
        {
            var package = await models.Open(version.Model, version.Version.ToString(CultureInfo.InvariantCulture), cancel);
            if (!package.Files.ContainsKey(ModelGraphs.File))
                return ModelPapers.Read(package);

            // A graph predicts what its last step does; what that did on rows held out is not what the graph did.
            var last = ModelGraphs.Answering(package.File(ModelGraphs.File));
            return ModelPapers.Read(await models.Open(last.Model, last.Version, cancel)) is { } papers
                ? papers with { HeldOut = null, Metrics = new Dictionary<string, double>(), HeldOutRows = 0 }
                : null;
        }
        catch (Exception problem) when (problem is Refusal or TamperedPackageException or JsonException or InvalidModelException)
        {
            return null;
        }
    }
}
