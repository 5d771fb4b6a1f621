using Assay.Tracking.Artifacts;
using Assay.Tracking.Experiments;
using Assay.Tracking.Store;

namespace Assay.Tracking.Traces;

/// <summary>Takes traces away for good: their rows in one transaction, then their files.</summary>
internal sealed class TraceRemoval(GroupWriter writer, FileStore files)
{
    private static readonly string[] Parts = ["tracking_trace_tags", "tracking_trace_metadata", "tracking_assessments", "tracking_spans"];
    private static readonly Statement[] RemoveParts = [.. Parts.Select(table => new Statement($"DELETE FROM {table} WHERE trace_key = @p0"))];
    private static readonly Statement RemoveLinks = new("DELETE FROM tracking_trace_links WHERE project = @p0 AND trace_id = @p1");
    private static readonly Statement RemoveRow = new("DELETE FROM tracking_traces WHERE key = @p0");

    /// <param name="scope">Whose traces, and who removes them.</param>
    /// <param name="find">Those to remove, found within the transaction.</param>
    /// <returns>How many there were.</returns>
    public async Task<int> Remove(ExperimentScope scope, Func<Session, List<TraceRow>> find)
    {
        var gone = await writer.Write(session =>
        {
            var found = find(session);
            TraceReader.Complete(session, found);
            foreach (var trace in found)
            {
                foreach (var part in RemoveParts)
                    session.Execute(part, trace.Key);
                session.Execute(RemoveLinks, scope.Project, trace.Id);
                session.Execute(RemoveRow, trace.Key);
            }

            return found;
        });
        foreach (var trace in gone)
        {
            if (files.Find(scope.Project, TraceFiles.FolderOf(trace)) is not null)
                await files.Delete(scope.Project, scope.Caller, TraceFiles.FolderOf(trace));
        }

        return gone.Count;
    }
}
