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
