using Assay.Tracking.Artifacts;

namespace Assay.Tracking.Traces;

/// <summary>The folder of a trace's files, in which clients before 3.6 keep its spans.</summary>
internal static class TraceFiles
{
    /// <summary>Where this server keeps them. The tag that tells clients so may be changed by them, and is not asked.</summary>
    public static ArtifactPath FolderOf(string experiment, string trace) => ArtifactPath.Read($"{experiment}/traces/{trace}/artifacts");

    public static ArtifactPath SpansOf(TraceRow trace) => FolderOf(trace.ExperimentId, trace.Id).Below(ArtifactPath.Read("traces.json"));
}
