using Assay.Inference.Models;
using Assay.Monitoring.Labels;
using Assay.Monitoring.Performance;
using Assay.Serving;

namespace Assay.Monitoring.Reviews;

/// <summary>A prediction that is worth a human's look.</summary>
internal sealed record Pick(string Prediction, int Row, ReviewKind Kind, DateTimeOffset PredictedAt, double Score)
{
    /// <summary>Of a model of several classes, the one that was answered.</summary>
    public string? Class { get; init; }
}

/// <summary>Picks predictions worth a look while they are counted: a few of each kind, however many go by.</summary>
/// <param name="task">What the model predicts.</param>
/// <param name="isDrifting">Whether an alert of drift is open.</param>
/// <param name="usualError">Of a regression on held-out rows, root of the mean squared one; null when it isn't known.</param>
internal sealed class ReviewPicks(ModelTask task, bool isDrifting, double? usualError)
{
    private const int EachMax = 10;
    private const double Near = 0.1;
    private const double Sure = 0.8;
    private const double FarOff = 3;

    private readonly PriorityQueue<Pick, double> _uncertain = new();
    private readonly List<Pick> _others = [];
    private long _seen;

    /// <summary>Looks at a prediction.</summary>
    public void See(in AnsweredRow row)
    {
        if (!float.IsFinite(row.Prediction))
            return;
        _seen++;
        if (Distance(row) is var distance and <= Near)
        {
            _uncertain.Enqueue(Of(row, ReviewKind.Uncertain), -distance);   // the farthest goes first
            if (_uncertain.Count > EachMax)
                _uncertain.Dequeue();
        }

        // The first, the second, the fourth and so on: few, and of the whole stretch.
        if (isDrifting && (_seen & (_seen - 1)) == 0)
            _others.Add(Of(row, ReviewKind.Drifting));
    }

    /// <summary>Looks at a label that was joined.</summary>
    public void See(Outcome joined)
    {
        if (joined.Name != Outcome.Label || joined.Score is not { } score || _others.Count >= 2 * EachMax)
            return;
        var answered = joined.AnswerJson is { } json ? AnsweredClass.Read(json).Class : null;
        var isContested = task == ModelTask.Multiclass ? score >= Sure && joined.Text != answered
            : task == ModelTask.Classification ? (joined.Value == 1 ? 1 - score : score) >= Sure
            : usualError is { } usual && Math.Abs(score - joined.Value) > FarOff * usual;
        if (isContested)
            _others.Add(new(joined.Prediction, joined.Row, ReviewKind.Contested, joined.PredictedAt!.Value, score) { Class = answered });
    }

    /// <summary>What was picked since the last time.</summary>
    public List<Pick> Take()
    {
        List<Pick> picked = [.. _others, .. _uncertain.UnorderedItems.Select(item => item.Element)];
        _others.Clear();
        _uncertain.Clear();
        return picked;
    }

    // Of two classes from the border; of several from the second most probable one.
    private double Distance(in AnsweredRow row) => task switch
    {
        ModelTask.Classification => Math.Abs(row.Prediction - 0.5),
        ModelTask.Multiclass when row.Probabilities is { Count: > 1 } all => row.Prediction - all.OrderDescending().Skip(1).First(),
        _ => double.PositiveInfinity,
    };

    private static Pick Of(in AnsweredRow row, ReviewKind kind) => new(row.Id, row.Row, kind, row.At, row.Prediction) { Class = row.Class };
}
