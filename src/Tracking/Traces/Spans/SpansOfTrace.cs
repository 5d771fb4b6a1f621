using Assay.Tracking.Artifacts;
using Assay.Tracking.Mlflow;
using Assay.Tracking.Store;

namespace Assay.Tracking.Traces.Spans;

/// <summary>The spans of a trace, which are here, or in a file that the client has kept with the trace.</summary>
internal static class SpansOfTrace
{
    private const int FileBytesMax = 64 << 20;

    /// <summary>In the order in which they began; null when none have come, one way or the other.</summary>
    /// <exception cref="Kernel.Refusals.Refusal">400: the file is too large, or holds something else.</exception>
    public static async Task<List<SpanRow>?> TryRead(Sessions sessions, FileStore files, string project, TraceRow trace, CancellationToken cancel)
    {
        var spans = sessions.Read(session => SpanRow.All(session, trace.Key));
        if (spans.Count > 0)
            return spans;
        var path = TraceFiles.SpansOf(trace);
        if (files.Find(project, path) is not { Digest: not null } file)
            return null;
        if (file.SizeBytes > FileBytesMax)
            throw MlflowError.Invalid($"The file of spans of the trace '{trace.Id}' has more than {FileBytesMax >> 20} MiB: download it from the artifact proxy.");
        var (content, _) = await files.Open(project, path, cancel);
        await using (content)
            return await SpanFile.Read(content, trace.Id, cancel);
    }
}
