using System.Text.Json;
using Assay.Kernel.Permissions;

namespace Assay.Governance;

/// <summary>One event at its place in the ledger.</summary>
/// <param name="Index">Place in the tree, from 0.</param>
/// <param name="Id">Unique id, made when it happened.</param>
/// <param name="At">When it happened, UTC, to the millisecond.</param>
/// <param name="Type">Such as <c>model.promoted</c>.</param>
/// <param name="Subject">Such as <c>model:churn@3</c>.</param>
/// <param name="Actor">Pseudonymous id of who did it.</param>
/// <param name="Project">Project it belongs to; null for the installation.</param>
/// <param name="Data">The event's own fields.</param>
/// <param name="LeafHash">RFC 6962 leaf hash of the canonical entry, hexadecimal.</param>
public sealed record LedgerEntry(
    long Index, string Id, DateTimeOffset At, string Type, string Subject, string Actor, string? Project, JsonElement Data, string LeafHash);

/// <summary>For readers of the ledger (notifications, triggers, swaps): they keep their own cursor and are idempotent.</summary>
public interface ILedgerFeed
{
    /// <summary>Events that have their place in the tree.</summary>
    Task<long> Size(CancellationToken cancel);

    /// <summary>All events of all projects from <paramref name="fromIndex"/> on, and then each new one within about a second, until cancelled.</summary>
    IAsyncEnumerable<LedgerEntry> Follow(long fromIndex, CancellationToken cancel);
}

/// <summary>Permissions that Governance's routes ask for.</summary>
public static class GovernancePermissions
{
    public static readonly Permission LedgerRead = new("ledger.read");
    public static readonly Permission TokensAdmin = new("tokens.admin");
    public static readonly Permission ProjectsRead = new("projects.read");
    public static readonly Permission ProjectsAdmin = new("projects.admin");
}
