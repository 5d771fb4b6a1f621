using Assay.Governance;
using Assay.Tracking.Mlflow;

namespace Assay.Tracking.Store;

/// <summary>Writes whose events are rows of the writer's own transaction.</summary>
internal static class RecordedWrites
{
    private static readonly Statement Insert = new(LedgerInsertion.Sql);

    /// <summary>Carries a write out, and tells the ledger after the commit.</summary>
    /// <param name="call">The request.</param>
    /// <param name="write">Called on the writer's thread, perhaps twice; it appends its events by its second argument, after its changes.</param>
    public static Task<T> WriteRecorded<T>(this MlflowCall call, Func<Session, Action<LedgerEvent>, T> write) =>
        call.Get<GroupWriter>().Write(call.Get<ILedgerRows>(), write);

    /// <inheritdoc cref="WriteRecorded{T}"/>
    public static async Task<T> Write<T>(this GroupWriter writer, ILedgerRows ledger, Func<Session, Action<LedgerEvent>, T> write)
    {
        var result = await writer.Write(session => write(session, happened => session.Execute(Insert, [.. ledger.Insertion(happened).Values])));
        ledger.Committed();
        return result;
    }
}
