using System.Text.Json;
using Assay.Data.Screening;
using Assay.Kernel;

namespace Assay.Registry.Packages;

/// <summary>
/// What a package's <c>evaluation.json</c> says. Packages may come from elsewhere, so that any part may be missing or of
/// another form; that part is null then, and the others are read all the same.
/// </summary>
internal sealed record PackagedEvaluation
{
    public string? Task { get; private init; }
    public string? Label { get; private init; }
    public string? Trainer { get; private init; }

    /// <summary>The metric that decides between models.</summary>
    public string? Metric { get; private init; }
    public IReadOnlyDictionary<string, double> Metrics { get; private init; } = new Dictionary<string, double>();
    public HoldoutRows? Holdout { get; private init; }
    public int? TrainRows { get; private init; }
    public IReadOnlyList<TrainedOn> Datasets { get; private init; } = [];
    public IReadOnlyList<LeaderboardLine> CrossValidation { get; private init; } = [];
    public IReadOnlyList<ExcludedColumn> ExcludedColumns { get; private init; } = [];
    public IReadOnlyList<string> Notes { get; private init; } = [];
    public ChampionComparison? Champion { get; private init; }
    public IReadOnlyList<SegmentedColumn> Segments { get; private init; } = [];

    public static PackagedEvaluation Read(JsonElement evaluation) => new()
    {
        Task = Part<string>(evaluation, "task"),
        Label = Part<string>(evaluation, "label"),
        Trainer = Part<string>(evaluation, "trainer"),
        Metric = Part<string>(evaluation, "metric"),
        Metrics = Part<Dictionary<string, double>>(evaluation, "metrics") ?? [],
        Holdout = Part<HoldoutRows>(evaluation, "holdout"),
        TrainRows = Part<int?>(evaluation, "trainRows"),
        Datasets = List<TrainedOn>(evaluation, "datasets").FindAll(dataset => dataset.Name is not null && Digest.TryParse(dataset.Digest, null, out _)),
        CrossValidation = List<LeaderboardLine>(evaluation, "crossValidation").FindAll(line => line.Trainer is not null && line.Metric is not null),
        ExcludedColumns = List<ExcludedColumn>(evaluation, "excludedColumns").FindAll(column => column.Column is not null),
        Notes = List<string>(evaluation, "notes"),
        Champion = Part<ChampionComparison>(evaluation, "champion"),
        Segments = List<SegmentedColumn>(evaluation, "segments").FindAll(column => column is { Column: not null, Groups: not null }),
    };

    private static List<T> List<T>(JsonElement evaluation, string name) =>
        (Part<List<T?>>(evaluation, name) ?? []).FindAll(item => item is not null)!;

    private static T? Part<T>(JsonElement evaluation, string name)
    {
        try
        {
            return evaluation.TryGetProperty(name, out var part) ? part.Deserialize<T>(AssayJson.Options) : default;
        }
        catch (JsonException)   // of another form than Assay writes it
        {
            return default;
        }
    }
}

/// <summary>The rows that a model was evaluated on.</summary>
internal sealed record HoldoutRows(int Rows, string? Digest);

/// <summary>A dataset version that was trained on.</summary>
internal sealed record TrainedOn(string Name, int? Version, string Digest)
{
    /// <summary>All of them: as the package says, else the one that was named at the registration.</summary>
    public static IReadOnlyList<TrainedOn> Of(PackagedEvaluation evaluation, string? dataset, string? digest) =>
        evaluation.Datasets.Count > 0 || dataset is null || digest is null ? evaluation.Datasets : [new(dataset, null, digest)];
}

/// <summary>How a trainer did in the cross-validation.</summary>
internal sealed record LeaderboardLine(
    string Trainer, string Metric, double Mean, double Std, IReadOnlyDictionary<string, string>? Params, IReadOnlyList<double>? FoldMetrics);

/// <summary>The model beside the one in production at that time, on the same rows.</summary>
internal sealed record ChampionComparison(string? Digest, IReadOnlyDictionary<string, double>? Metrics, Advantage? Difference, bool Better);

/// <summary>By how much it is better, with a 95 % interval.</summary>
internal sealed record Advantage(double Difference, double Low, double High);

/// <summary>A column by whose values the evaluated rows were told apart.</summary>
internal sealed record SegmentedColumn(string Column, IReadOnlyList<Segment?> Groups);

/// <summary>The evaluated rows with one value in a column.</summary>
internal sealed record Segment(string? Value, int Rows, int Positive, int Selected, int TruePositive, double? Auc);
