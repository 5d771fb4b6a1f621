using Assay.Inference.Predictions;

namespace Assay.Serving.PredictionLog.Files;

/// <summary>Outcomes as files and the API write them.</summary>
internal static class OutcomeNames
{
    private static readonly string[] Names = [.. Enum.GetNames<PredictOutcome>().Select(name => name.ToLowerInvariant())];

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All => Names;

    public static string Of(PredictOutcome outcome) => Names[(int)outcome];
}
