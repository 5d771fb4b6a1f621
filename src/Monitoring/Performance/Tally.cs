using System.Text.Json;
using Assay.Inference.Models;
using Assay.Kernel;
using Assay.Monitoring.Alerts;
using Assay.Monitoring.Concept;
using Assay.Monitoring.Labels;
using Assay.Monitoring.Reviews;
using Assay.Serving;
using Assay.Statistics.Estimation;
using Microsoft.EntityFrameworkCore;

namespace Assay.Monitoring.Performance;

/// <summary>Counts predictions of one version, and what is known of them, into sums of windows.</summary>
internal sealed class Tally
{
    private readonly ModelPapers _papers;
    private readonly (string Model, int Version) _version;
    private readonly IReadOnlyList<Segmentation> _segments;
    private readonly DateTimeOffset _segmentsFrom;

    public Tally(ModelPapers papers, (string Model, int Version) version, PerformanceSettings settings, DateTimeOffset segmentsFrom, bool isDrifting)
    {
        (_papers, _version, _segmentsFrom) = (papers, version, segmentsFrom);
        Picks = new(papers.Schema.Task, isDrifting, papers.Metrics.TryGetValue("rmse", out var usual) ? usual : null);
        _segments = [.. settings.Segments.Select(feature => Segmentation.Of(feature, papers.Schema, papers.Baseline)).OfType<Segmentation>()];
        Inputs = [.. _segments.Select(segment => segment.Feature)];
    }

    /// <summary>Inputs whose values are needed to tell rows apart.</summary>
    public IReadOnlyList<string> Inputs { get; }

    public ModelTask Task => _papers.Schema.Task;

    /// <summary>Name and number of the version.</summary>
    public (string Model, int Version) Version => _version;

    /// <summary>What of it is worth a human's look.</summary>
    public ReviewPicks Picks { get; }

    /// <summary>Whether a row has an answer that can be counted.</summary>
    public bool Counts(in AnsweredRow row) => Task == ModelTask.Multiclass ? row.Class is not null && PlaceOf(row.Class) >= 0 : float.IsFinite(row.Prediction);

    /// <summary>Counts a prediction.</summary>
    public void AddPrediction(WindowSums sums, in AnsweredRow row, IReadOnlyList<bool> kept)
    {
        Picks.See(row);
        AddPrediction(sums[Key(row.At, Slices.All, "")], row);
        foreach (var (feature, value) in SegmentsOf(row, kept))
            AddPrediction(sums[Key(row.At, Slices.Of(feature), value)], row);
    }

    private void AddPrediction(PerformanceCounts counts, in AnsweredRow row)
    {
        if (Task == ModelTask.Multiclass)
            counts.AddAnswer(PlaceOf(row.Class!), row.Prediction, Whole(row.Probabilities));
        else
            counts.AddPrediction(_papers.BinOf(row.Prediction));
    }

    /// <summary>Counts what was posted about a prediction, and remembers on its row with what.</summary>
    public void Join(WindowSums sums, Outcome outcome, in AnsweredRow row, IReadOnlyList<bool> kept)
    {
        (outcome.PredictedAt, outcome.Model, outcome.Version, outcome.Score) = (row.At, _version.Model, _version.Version, float.IsFinite(row.Prediction) ? row.Prediction : null);
        outcome.AnswerJson = Task == ModelTask.Multiclass ? new AnsweredClass(row.Class!, Whole(row.Probabilities)).ToJson() : null;
        outcome.SegmentsJson = JsonSerializer.Serialize(SegmentsOf(row, kept).SelectMany(segment => new[] { segment.Feature, segment.Value }), AssayJson.Options);
        Count(sums, outcome, outcome.Value, 1);
        Settle(outcome);
        Picks.See(outcome);
    }

    /// <summary>Takes out what a corrected row had added, and counts what it says now.</summary>
    public void Correct(WindowSums sums, Outcome outcome)
    {
        Count(sums, outcome, outcome.Counted!.Value, -1);
        Count(sums, outcome, outcome.Value, 1);
        Settle(outcome);
    }

    /// <summary>What a joined label says of the prediction.</summary>
    public Lesson Lesson(Outcome outcome) => new(outcome, Task, Task switch
    {
        ModelTask.Regression => Math.Abs(outcome.Score!.Value - outcome.Value),
        ModelTask.Multiclass => ClassNumber.Of(AnsweredClass.Read(outcome.AnswerJson!).Class) == outcome.Value ? 0 : 1,
        _ => _papers.BinOf(outcome.Score!.Value) >= ScoreBins.FirstPositive == outcome.Value >= 0.5 ? 0 : 1,
    });

    private static void Settle(Outcome outcome)
    {
        (outcome.Counted, outcome.State) = (outcome.Value, OutcomeState.Joined);
        outcome.Revision++;
    }

    private void Count(WindowSums sums, Outcome outcome, double value, int sign)
    {
        var at = outcome.PredictedAt!.Value;
        if (outcome.Name != Outcome.Label)
        {
            sums[Key(at, Slices.OfNumber(outcome.Name), "")].AddNumber(value, sign);
            return;
        }

        AddLabel(sums[Key(at, Slices.All, "")], outcome, value, sign);
        if (at < _segmentsFrom)
            return;   // it was counted in segments that are no more
        var segments = JsonSerializer.Deserialize<List<string>>(outcome.SegmentsJson!, AssayJson.Options)!;
        for (var place = 0; place + 1 < segments.Count; place += 2)
        {
            if (Inputs.Contains(segments[place]))
                AddLabel(sums[Key(at, Slices.Of(segments[place]), segments[place + 1])], outcome, value, sign);
        }
    }

    private void AddLabel(PerformanceCounts counts, Outcome outcome, double value, int sign)
    {
        if (Task == ModelTask.Multiclass)
        {
            var answered = AnsweredClass.Read(outcome.AnswerJson!);
            counts.AddLabel((_papers.PlaceOf(value), PlaceOf(answered.Class)), outcome.Score, answered.Probabilities, sign);
        }
        else if (outcome.Score is { } score)
        {
            counts.AddLabel(Task, _papers.BinOf(score), score, value, sign);
        }
    }

    private int PlaceOf(string name) => _papers.PlaceOf(ClassNumber.Of(name));

    private static IReadOnlyList<float>? Whole(IReadOnlyList<float>? probabilities) => probabilities?.All(float.IsFinite) == true ? probabilities : null;

    private IEnumerable<(string Feature, string Value)> SegmentsOf(AnsweredRow row, IReadOnlyList<bool> kept)
    {
        if (row.At < _segmentsFrom)
            yield break;
        for (var place = 0; place < _segments.Count; place++)
        {
            if (kept[place])
                yield return (_segments[place].Feature, _segments[place].ValueOf(row.Inputs[place]));
        }
    }

    private WindowKey Key(DateTimeOffset at, string slice, string value) => new(WindowKey.HourOf(at), _version.Model, _version.Version, slice, value);
}

/// <summary>Makes tallies for versions.</summary>
internal sealed class Tallies(AssayDb db, Registry.IModels models, PapersKept papers)
{
    /// <summary>The tally of a version at an endpoint; null where its package has no schema and baseline, or is gone.</summary>
    public async Task<Tally?> For(string endpoint, CountState state, (string? Model, int? Version) version, CancellationToken cancel)
    {
        if (version is not ({ } model, { } number))
            return null;
        var found = await papers.Find(models, (db.CurrentProject!, model, number), cancel);
        if (found is null || found.Schema.Task == ModelTask.Unknown)
            return null;
        var isDrifting = await db.Alerts.AnyAsync(
            alert => alert.Endpoint == endpoint && alert.Source == AlertSources.Drift && alert.State != AlertState.Closed, cancel);
        return new(found, (model, number), await db.PerformanceSettingsOf(endpoint, cancel), state.SegmentsFrom, isDrifting);
    }
}
