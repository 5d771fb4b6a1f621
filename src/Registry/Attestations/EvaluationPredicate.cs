namespace Assay.Registry.Attestations;

/// <summary>How good a model was on rows that it had not seen.</summary>
/// <param name="Metric">The metric that decides between models.</param>
/// <param name="Metrics">Every metric.</param>
/// <param name="EvaluatedOn">The rows.</param>
/// <param name="CrossValidation">The deciding metric over the folds of the training rows, for the trainer that won.</param>
/// <param name="Comparison">The model in production at that time, on the same rows.</param>
/// <param name="Document">The file of the package that says all of this at more length.</param>
internal sealed record EvaluationPredicate(
    string? Metric,
    IReadOnlyList<MeasuredValue> Metrics,
    EvaluatedRows? EvaluatedOn,
    FoldedValue? CrossValidation,
    ComparedWith? Comparison,
    ResourceDescriptor? Document);

/// <summary>A metric and its value.</summary>
internal sealed record MeasuredValue(string Name, double Value);

/// <summary>Rows that were held out.</summary>
/// <param name="Rows">How many.</param>
/// <param name="Digest">Over their identities in ascending order.</param>
internal sealed record EvaluatedRows(int Rows, IReadOnlyDictionary<string, string>? Digest);

/// <summary>Mean and sample standard deviation of a metric over folds.</summary>
internal sealed record FoldedValue(string Metric, double Mean, double Deviation, int? Folds);

/// <summary>A comparison on the same rows.</summary>
/// <param name="Digest">Of the other model.</param>
/// <param name="Metric">What was compared.</param>
/// <param name="Advantage">By how much this model is better; positive means better, whether the metric is to be high or low.</param>
/// <param name="Low">Lower end of the interval.</param>
/// <param name="High">Upper end of the interval.</param>
/// <param name="Confidence">Of the interval: 0.95.</param>
/// <param name="Better">Whether the whole interval is above 0.</param>
internal sealed record ComparedWith(
    IReadOnlyDictionary<string, string>? Digest, string? Metric, double Advantage, double Low, double High, double Confidence, bool Better);

/// <summary>in-toto test result, version 0.1.</summary>
/// <param name="Result"><c>PASSED</c> or <c>FAILED</c>.</param>
/// <param name="Configuration">The rules, by the digest of their canonical JSON, and the data that they were put to.</param>
/// <param name="Url">Where the result is shown.</param>
/// <param name="PassedTests">Rules that were met.</param>
/// <param name="WarnedTests">Always empty: a rule is met or not.</param>
/// <param name="FailedTests">Rules that were broken.</param>
internal sealed record TestResultPredicate(
    string Result,
    IReadOnlyList<ResourceDescriptor> Configuration,
    string Url,
    IReadOnlyList<string> PassedTests,
    IReadOnlyList<string> WarnedTests,
    IReadOnlyList<string> FailedTests)
{
    public const string Passed = "PASSED";
    public const string Failed = "FAILED";
}
