using System.Runtime.CompilerServices;
using Assay.Governance;
using Assay.Tracking.Runs;
using Assay.Tracking.Store;

namespace Assay.Tracking.Sealing;

/// <summary>
/// Compares runs with their seals. Whether the seals themselves are what the ledger says, its own verification finds: their
/// table is recorded.
/// </summary>
internal sealed class SealCheck(Sessions sessions) : ILedgerCheck
{
    private const int PageSize = 500;

    // A run that was changed through the API waits for its next seal, and is no finding.
    private static readonly Statement Page = new($"""
        SELECT s.run_id, s.digest, s.project, CASE WHEN u.run_key IS NULL THEN 0 ELSE 1 END, {RunRow.Columns}
        FROM tracking_seals s LEFT JOIN tracking_runs r ON r.id = s.run_id AND r.project = s.project
        LEFT JOIN tracking_unsealed u ON u.run_key = r.key
        WHERE s.run_id > @p0 ORDER BY s.run_id LIMIT @p1
        """);

    public async IAsyncEnumerable<string> Problems([EnumeratorCancellation] CancellationToken cancel)
    {
        for (var last = ""; ;)
        {
            cancel.ThrowIfCancellationRequested();
            var from = last;
            var page = await Task.Run(() => sessions.Read(session => session.InSnapshot(() => Compare(session, from))), cancel);
            foreach (var (_, problem) in page)
            {
                if (problem is not null)
                    yield return problem;
            }

            if (page.Count < PageSize)
                yield break;
            last = page[^1].RunId;
        }
    }

    private static List<(string RunId, string? Problem)> Compare(Session session, string after)
    {
        var found = new List<(string RunId, string Digest, string Project, bool Waits, RunRow? Run)>();
        using (var rows = session.Read(Page, after, (long)PageSize))
        {
            while (rows.Next())
                found.Add((rows.Text(0), rows.Text(1), rows.Text(2), rows.Integer(3) == 1, rows.IsNull(4) ? null : RunRow.Read(rows, from: 4)));
        }

        RunReader.Complete(session, [.. found.Select(one => one.Run).OfType<RunRow>()]);
        return found.ConvertAll(one => (one.RunId, Problem(session, one)));
    }

    private static string? Problem(Session session, (string RunId, string Digest, string Project, bool Waits, RunRow? Run) one)
    {
        if (one.Run is null)
            return $"The sealed run {one.RunId} of project {one.Project} was deleted from tracking_runs without an event.";
        return one.Waits || SealedContent.Read(session, one.Project, one.Run).Digest == one.Digest
            ? null
            : $"The run {one.RunId} of project {one.Project} differs from its seal: its parameters, metrics, inputs or files were changed by other means than the API.";
    }
}
