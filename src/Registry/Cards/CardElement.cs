using System.Globalization;
using Assay.Inference.Models;

namespace Assay.Registry.Cards;

/// <summary>The <c>modelCard</c> of a CycloneDX component.</summary>
internal static class CardElement
{
    public static object Of(ModelCard card, IEnumerable<string> datasets)
    {
        var (facts, words) = (card.Facts, card.Words);
        return new
        {
            ModelParameters = new
            {
                Approach = new { Type = "supervised" },
                Task = facts.Schema.Task == ModelTask.Unknown ? null : facts.Schema.Task.ToString().ToLowerInvariant(),
                ArchitectureFamily = facts.Trainer,
                ModelArchitecture = facts.Schema.Task == ModelTask.Unknown ? null : "ONNX graph",
                Datasets = datasets.Distinct().Select(reference => new { Ref = reference }),
                Inputs = facts.Schema.Inputs.Select(input => new { Format = InputOf(input) }),
                Outputs = new[] { new { Format = $"{facts.Schema.Output}: number" } },
            },
            QuantitativeAnalysis = new
            {
                PerformanceMetrics = facts.Metrics.Select(metric => (object)new { Type = metric.Name, Value = Number(metric.Value), metric.Slice })
                    .Concat(facts.Advantage is { } advantage ? [Compared(advantage)] : []),
            },
            Considerations = new
            {
                Users = Some(words.Users),
                UseCases = Some(words.IntendedUses),
                TechnicalLimitations = Some(words.Limitations),
                PerformanceTradeoffs = Some(words.Tradeoffs),
                EthicalConsiderations = Some(words.EthicalConsiderations)?.Select(risk => new { risk.Name, MitigationStrategy = risk.Mitigation }),
                FairnessAssessments = Some(words.FairnessNotes)?.Select(note => new
                {
                    GroupAtRisk = note.Group,
                    note.Benefits,
                    note.Harms,
                    MitigationStrategy = note.Mitigation,
                }),
            },
        };
    }

    /// <summary>An input in words, such as <c>age: number, may be missing</c>.</summary>
    public static string InputOf(ModelInput input) =>
        $"{input.Name}: {(input.Type == InputType.Number ? "number" : $"one of {input.Categories?.Count ?? 0} values")}{(input.Nullable ? ", may be missing" : "")}";

    /// <summary>A number as text, as short as it reads back the same.</summary>
    public static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static object Compared(CardAdvantage advantage) => new
    {
        Type = $"{advantage.Metric}: advantage over production",
        Value = Number(advantage.Value),
        ConfidenceInterval = new { LowerBound = Number(advantage.Low), UpperBound = Number(advantage.High) },
    };

    private static IReadOnlyList<T>? Some<T>(IReadOnlyList<T>? list) => list is { Count: > 0 } ? list : null;
}
