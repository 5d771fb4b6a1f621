using System.Text.Json;
using Assay.Kernel;
using Assay.Kernel.Permissions;
using Assay.Kernel.Projects;

namespace Assay.Governance.Ledger;

/// <summary>Makes rows of events. The state of recorded rows is none of theirs: what is written by plain SQL has no such state.</summary>
internal sealed class LedgerRows(Caller caller, ProjectScope scope, TimeProvider clock, LedgerSignal signal, EventMacs macs) : ILedgerRows
{
    public LedgerInsertion Insertion(LedgerEvent happened)
    {
        var row = Draft(happened);
        var body = LedgerBody.Complete(row.Body, []);
        return new([row.Id, row.At.ToUnixTimeMilliseconds(), row.Type, row.Subject, row.Actor, row.Project, row.Outcome.ToString(), body, macs.Of(row.Id, body)]);
    }

    public void Committed() => signal.Raise();

    /// <summary>The row, whose body is not complete yet.</summary>
    public LedgerRow Draft(LedgerEvent happened)
    {
        var row = new LedgerRow
        {
            Id = Guid.CreateVersion7(clock.GetUtcNow()).ToString("N"),
            At = clock.GetStoredNow(),
            Type = happened.Type,
            Subject = happened.Subject.Length <= 300 ? happened.Subject : happened.Subject[..299] + "…",
            Actor = caller.Id,
            Project = scope.Name,
            Outcome = EventOutcomes.Of(happened.Type),
        };
        row.Body = LedgerBody.Draft(row, JsonSerializer.SerializeToNode(happened, happened.GetType(), AssayJson.Options)!);
        return row;
    }
}
