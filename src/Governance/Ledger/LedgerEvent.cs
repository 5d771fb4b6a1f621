using System.Text.Json.Serialization;

namespace Assay.Governance;

/// <summary>
/// Something that happened and matters. A derived record's own properties become the event's data: keep them small, name
/// large things by their digest, and put no personal data in clear, for an event can't be taken back.
/// </summary>
/// <param name="Type">Noun and past participle, such as <c>model.promoted</c>.</param>
/// <param name="Subject">Kind and name of the thing, such as <c>model:churn@3</c>.</param>
public abstract record LedgerEvent([property: JsonIgnore] string Type, [property: JsonIgnore] string Subject);

/// <summary>Appends to the tamper-evident ledger in the caller's transaction: the event is written by its SaveChanges, or not at all.</summary>
public interface ILedger
{
    /// <summary>Adds an event to the changes of the current scope.</summary>
    void Append(LedgerEvent happened);
}

/// <summary>Appends to the same ledger where a module writes by SQL of its own: the event is a row of that transaction.</summary>
public interface ILedgerRows
{
    /// <summary>The event as a row, to be inserted in the transaction of the change.</summary>
    LedgerInsertion Insertion(LedgerEvent happened);

    /// <summary>To be called after the commit: the event then gets its place at once.</summary>
    void Committed();
}

/// <summary>An event as a row.</summary>
/// <param name="Values">What <c>@p0</c>, <c>@p1</c> and so on of <see cref="Sql"/> stand for.</param>
public sealed record LedgerInsertion(IReadOnlyList<object?> Values)
{
    /// <summary>The same on both databases.</summary>
    public const string Sql =
        "INSERT INTO governance_ledger_events (id, at, type, subject, actor, project, outcome, body, mac) VALUES (@p0, @p1, @p2, @p3, @p4, @p5, @p6, @p7, @p8)";
}
