namespace Assay.Tracking.Traces;

/// <summary>Names that MLflow gives a meaning, among a trace's tags, its metadata, and the attributes of spans.</summary>
internal static class TraceKeys
{
    /// <summary>Tag: what the trace is called.</summary>
    public const string Name = "mlflow.traceName";

    /// <summary>Tag: where clients read and write files of the trace.</summary>
    public const string ArtifactLocation = "mlflow.artifactLocation";

    /// <summary>Tag: that the spans are here, and no file of the trace.</summary>
    public const string SpansLocation = "mlflow.trace.spansLocation";
    public const string SpansAreHere = "TRACKING_STORE";

    /// <summary>Tag: prompts that clients before 3.11 linked.</summary>
    public const string LinkedPrompts = "mlflow.linkedPrompts";

    /// <summary>Metadata: the run during which the trace was made.</summary>
    public const string SourceRun = "mlflow.sourceRun";
    public const string Session = "mlflow.trace.session";
    public const string User = "mlflow.trace.user";
    public const string TokenUsage = "mlflow.trace.tokenUsage";
    public const string Cost = "mlflow.trace.cost";
    public const string SizeStats = "mlflow.trace.sizeStats";
    public const string IsFinal = "mlflow.trace.infoFinalized";
}
