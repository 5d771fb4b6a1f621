using System.Text.Json;

namespace Assay.Inference.Counterfactuals;

/// <summary>Asks for rows near to this one for which the model decides otherwise.</summary>
/// <param name="Row">The row: an array in the schema's order, or an object by column.</param>
/// <param name="Target">What is to be predicted instead; null, for a classifier, takes the other side of 0.5.</param>
/// <param name="Immutable">Inputs that may not change.</param>
/// <param name="Rules">For inputs that may: within what.</param>
/// <param name="Count">How many answers at most, 1 to 10; null takes 3.</param>
/// <param name="ChangesMax">How many inputs may change at a time, 1 to 6; null takes 4.</param>
public sealed record CounterfactualRequest(
    JsonElement Row,
    PredictionRange? Target = null,
    IReadOnlyList<string>? Immutable = null,
    IReadOnlyDictionary<string, ChangeRule>? Rules = null,
    int? Count = null,
    int? ChangesMax = null);

/// <summary>Predictions that are wanted: probabilities of the positive class, or numbers.</summary>
/// <param name="Min">At least this; null for no lower end.</param>
/// <param name="Below">Less than this; null for no upper end.</param>
public sealed record PredictionRange(double? Min = null, double? Below = null)
{
    internal bool Has(double prediction) => double.IsFinite(prediction) && !(prediction < Min) && !(prediction >= Below);
}

/// <summary>Which way a number may go.</summary>
public enum ChangeDirection
{
    /// <summary>It may grow.</summary>
    Up,

    /// <summary>It may shrink.</summary>
    Down,
}

/// <summary>Within what an input may change. Without a rule numbers stay within what the training data had.</summary>
/// <param name="Min">Of a number: not below this.</param>
/// <param name="Max">Of a number: not above this.</param>
/// <param name="Direction">Of a number: only this way; null for both.</param>
/// <param name="Values">Of a category: only to these.</param>
public sealed record ChangeRule(double? Min = null, double? Max = null, ChangeDirection? Direction = null, IReadOnlyList<string>? Values = null);

/// <summary>What was found.</summary>
/// <param name="Prediction">Of the row as it was sent.</param>
/// <param name="Target">What was looked for.</param>
/// <param name="Counterfactuals">Nearest first; none when the search found none.</param>
/// <param name="Problem">When none was found, a sentence on how far the search went and what to allow.</param>
/// <param name="RowsTried">Rows that the model was asked about.</param>
public sealed record CounterfactualAnswer(
    float Prediction, PredictionRange Target, IReadOnlyList<Counterfactual> Counterfactuals, string? Problem, int RowsTried);

/// <summary>A row near to the one that was sent.</summary>
/// <param name="Prediction">What the model answers for it, and which is in the target.</param>
/// <param name="Distance">Sum over the changes: of a number its change in standard deviations of the training data, of a category 1.</param>
/// <param name="Changes">The inputs that differ, in the schema's order.</param>
public sealed record Counterfactual(float Prediction, double Distance, IReadOnlyList<InputChange> Changes);

/// <summary>An input that differs.</summary>
public sealed record InputChange(string Input, object? From, object? To);
