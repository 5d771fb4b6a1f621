using System.Collections.Frozen;
using System.Linq.Expressions;
using System.Security.Claims;
using System.Text.Json;
using Assay.Governance.Ledger;
using Assay.Governance.Webhooks;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;

namespace Assay.Governance;

/// <summary>One event at its place in the ledger.</summary>
/// <param name="Index">Place in the tree, from 0.</param>
/// <param name="Id">Unique id, made when it happened.</param>
/// <param name="At">When it happened, UTC, to the millisecond.</param>
/// <param name="Type">Such as <c>model.promoted</c>.</param>
/// <param name="Subject">Such as <c>model:churn@3</c>.</param>
/// <param name="Actor">Pseudonymous id of who did it.</param>
/// <param name="Project">Project it belongs to; null for the installation.</param>
/// <param name="Outcome">Whether it was done, refused, or failed; follows from the type's last word.</param>
/// <param name="Data">The event's own fields.</param>
/// <param name="LeafHash">RFC 6962 leaf hash of the canonical entry, hexadecimal.</param>
public sealed record LedgerEntry(
    long Index, string Id, DateTimeOffset At, string Type, string Subject, string Actor, string? Project, EventOutcome Outcome, JsonElement Data, string LeafHash)
{
    /// <summary>Proof that the entry is in the signed tree, where it was asked for.</summary>
    public LedgerProof? Proof { get; init; }
}

/// <summary>For readers of the ledger (notifications, triggers, swaps): they keep their own cursor and are idempotent.</summary>
public interface ILedgerFeed
{
    /// <summary>Events that have their place in the tree.</summary>
    Task<long> Size(CancellationToken cancel);

    /// <summary>All events of all projects from <paramref name="fromIndex"/> on, and then each new one within about a second, until cancelled.</summary>
    IAsyncEnumerable<LedgerEntry> Follow(long fromIndex, CancellationToken cancel);
}

/// <summary>
/// What the ledger says of a thing of the current project, for those who must not rely on rows alone: a row that was taken
/// away leaves its event behind.
/// </summary>
public interface ILedgerMemory
{
    /// <summary>Fields of the newest event of that type about a subject; null when there is none.</summary>
    Task<JsonElement?> Newest(string type, string subject, CancellationToken cancel);

    /// <summary>How many events of that type there are about a subject.</summary>
    Task<int> Count(string type, string subject, CancellationToken cancel);

    /// <summary>The newest events that a query names, newest first.</summary>
    Task<IReadOnlyList<RememberedEvent>> Newest(RememberedQuery query, int count, CancellationToken cancel);

    /// <summary>All events that a query names, oldest first, read in parts: who knows by their fields which ones are meant, chooses here and stops.</summary>
    IAsyncEnumerable<RememberedEvent> Read(RememberedQuery query, CancellationToken cancel);
}

/// <summary>Which events are wanted.</summary>
/// <param name="Subjects">Exact, or beginnings that end in an asterisk.</param>
/// <param name="Types">Exact types.</param>
/// <param name="Since">Earliest time, included.</param>
public sealed record RememberedQuery(IReadOnlyList<string> Subjects, IReadOnlyList<string> Types, DateTimeOffset Since)
{
    /// <summary>Latest time, not included; null for none.</summary>
    public DateTimeOffset? Until { get; init; }
}

/// <summary>An event as it was saved, whether or not it has its place in the tree.</summary>
/// <param name="At">When it happened.</param>
/// <param name="Type">Such as <c>model.promoted</c>.</param>
/// <param name="Subject">Such as <c>model:churn@3</c>.</param>
/// <param name="Actor">Pseudonymous id of who did it.</param>
/// <param name="Data">The event's own fields.</param>
public sealed record RememberedEvent(DateTimeOffset At, string Type, string Subject, string Actor, JsonElement Data);

/// <summary>What a module keeps by digests of its own that stand in the ledger: it is looked at whenever the ledger is verified.</summary>
public interface ILedgerCheck
{
    /// <summary>One sentence for each thing that is not what its digest says, naming it and what happened to it.</summary>
    IAsyncEnumerable<string> Problems(CancellationToken cancel);
}

/// <summary>Secrets other than the keys of blobs that the key ring wraps. Whoever keeps some contributes this, or they are lost when a version is retired.</summary>
public interface IWrappedSecrets
{
    /// <summary>How many stand under each version.</summary>
    Task<IReadOnlyDictionary<int, long>> Count(CancellationToken cancel);

    /// <summary>Brings all of them under the newest version, each with an event.</summary>
    /// <returns>How many it brought there.</returns>
    Task<int> Rewrap(CancellationToken cancel);
}

/// <summary>What kind of account acts.</summary>
public enum PrincipalKind
{
    /// <summary>A human.</summary>
    Person,

    /// <summary>A program, for which a human answers.</summary>
    ServiceAccount,
}

/// <summary>An account that may hold rights.</summary>
/// <param name="Id">Pseudonymous: <c>person:…</c> or <c>service:…</c>.</param>
/// <param name="Kind">Human or program.</param>
/// <param name="Name">Unique name: a person's user name, a service account's name.</param>
/// <param name="DisplayName">For people to read; personal data, so it is in no ledger event.</param>
/// <param name="Active">Whether it may do anything now. A service account is active while its owner is.</param>
/// <param name="Human">Id of the human behind it: the person, or the owner. Separation of duties counts humans.</param>
/// <param name="Groups">Ids of its groups.</param>
public sealed record Principal(
    string Id, PrincipalKind Kind, string Name, string DisplayName, bool Active, string Human, IReadOnlyList<string> Groups);

/// <summary>Who is behind an actor of the ledger, and what accounts may do.</summary>
public interface IDirectory
{
    /// <summary>
    /// The account behind an id as the ledger names actors: <c>token:…</c> (also one that was revoked), <c>person:…</c> or
    /// <c>service:…</c>. Null for background work, guests, and ids that nothing has.
    /// </summary>
    ValueTask<Principal?> Find(string actorId, CancellationToken cancel);

    /// <summary>The person with that user name, or the service account with that name; null when there is none.</summary>
    Principal? ByName(string name);

    /// <summary>Name of a group; null when there is no such group.</summary>
    string? GroupName(string groupId);

    /// <summary>Id of the group with that name; null when there is none.</summary>
    string? GroupId(string name);

    /// <summary>Active accounts that belong to the group.</summary>
    IReadOnlyList<Principal> Members(string groupId);

    /// <summary>Names of the roles that an active account has in a project: given there, for the whole installation, or on a resource such as <c>models/churn</c> where one is named; by itself or through a group, and not denied.</summary>
    IReadOnlyList<string> Roles(string principalId, string project, string? resource = null);

    /// <summary>Whether an account, without regard to any token, holds a permission in a project, or on a resource of the permission's kind.</summary>
    bool Holds(string principalId, Permission permission, string project, string? resource = null);

    /// <summary>Active accounts that hold a permission in a project, such as those who may approve.</summary>
    IReadOnlyList<Principal> Holders(Permission permission, string project, string? resource = null);

    /// <summary>Whether a signed-in caller, within the limits of its token, holds a permission: what a route beyond its own permission asks.</summary>
    bool May(ClaimsPrincipal caller, Permission permission, string project, string? resource = null);
}

/// <summary>Resources of one kind in a project; a query keeps to them by <see cref="Within{T}"/>.</summary>
/// <param name="IsAll">Whether it is all but <paramref name="Names"/>, or those alone.</param>
/// <param name="Names">The exceptions, or the only ones.</param>
public sealed record ResourceReach(bool IsAll, IReadOnlyList<string> Names)
{
    /// <summary>Nothing.</summary>
    public static readonly ResourceReach None = new(false, []);

    private const int ListedMax = 8;
    private readonly FrozenSet<string>? _many = Names.Count > ListedMax ? Names.ToFrozenSet(StringComparer.Ordinal) : null;

    /// <summary>Whether nothing is left out.</summary>
    public bool IsEverything => IsAll && Names.Count == 0;

    /// <summary>Whether a resource is among them.</summary>
    public bool Has(string name) => IsAll != (_many?.Contains(name) ?? Names.Contains(name));

    /// <summary>The rows about resources among them.</summary>
    /// <param name="rows">A query.</param>
    /// <param name="name">Name of the resource that a row is about.</param>
    public IQueryable<T> Within<T>(IQueryable<T> rows, Expression<Func<T, string>> name)
    {
        if (IsEverything)
            return rows;

        // Not IsAll != Contains(…), of which the entity framework makes SQL that SQLite reads from the left.
        IEnumerable<string> names = Names;
        Expression<Func<string, bool>> among = IsAll ? text => !names.Contains(text) : text => names.Contains(text);
        return rows.Where(Expression.Lambda<Func<T, bool>>(new Replacement(among.Parameters[0], name.Body).Visit(among.Body), name.Parameters));
    }

    private sealed class Replacement(ParameterExpression parameter, Expression by) : ExpressionVisitor
    {
        protected override Expression VisitParameter(ParameterExpression node) => node == parameter ? by : node;
    }
}

/// <summary>The projects of the installation, for protocols that have another word for them.</summary>
public interface IProjects
{
    /// <summary>Names of those that the caller may see, in their order.</summary>
    Task<IReadOnlyList<string>> Visible(CancellationToken cancel);

    /// <summary>Makes one.</summary>
    /// <exception cref="Refusal">Its name is taken, or no name of a project.</exception>
    Task Create(string name, CancellationToken cancel);
}

/// <summary>What a handler asks about its own caller, beyond the permission of its route.</summary>
public interface IAccess
{
    /// <summary>Whether the caller holds the permission in the request's project, or on a resource of the permission's kind.</summary>
    bool May(Permission permission, string? resource = null);

    /// <summary>On which resources of the permission's kind the caller holds it in the request's project: what a list shows.</summary>
    ResourceReach Reach(Permission permission);

    /// <summary>Refuses the request unless the caller holds the permission.</summary>
    /// <exception cref="Refusal">403, naming what is missing and where.</exception>
    void Demand(Permission permission, string? resource = null);
}

/// <summary>Lets whoever makes a resource manage it.</summary>
public interface IMakers
{
    /// <summary>
    /// Saves the scope's changes, and with them that the caller has the role maintainer on a resource that they make: it is
    /// theirs to share. Who may give roles there anyway gets none.
    /// </summary>
    /// <param name="kind">Such as <c>experiments</c>.</param>
    /// <param name="name">The new resource in the request's project.</param>
    /// <param name="cancel">Stops it, and nothing is saved.</param>
    Task Save(string kind, string name, CancellationToken cancel);
}

/// <summary>An account as protocols name it that know user names alone.</summary>
/// <param name="Id">Pseudonymous: <c>person:…</c> or <c>service:…</c>.</param>
/// <param name="UserName">A person's user name, a service account's name.</param>
/// <param name="IsAdministrator">Whether it has the role administrator for the whole installation.</param>
public sealed record UserAccount(string Id, string UserName, bool IsAdministrator);

/// <summary>People with passwords, for protocols whose clients manage them. Each change obeys the rules on who may, and leaves an event.</summary>
public interface IUsers
{
    /// <summary>The caller's own account; null for a guest.</summary>
    UserAccount? Current { get; }

    /// <summary>The active account with that name, without regard to case; null when there is none.</summary>
    UserAccount? Find(string userName);

    /// <summary>All active people, by name.</summary>
    IReadOnlyList<UserAccount> List();

    /// <summary>Makes a person that has a password and no rights.</summary>
    /// <exception cref="Refusal">The name is taken or none, or the password is not good enough.</exception>
    Task<UserAccount> Create(string userName, string password, CancellationToken cancel);

    /// <summary>Gives a person another password and ends their sessions.</summary>
    /// <param name="user">Whose password.</param>
    /// <param name="password">The new one.</param>
    /// <param name="old">The one so far, which the caller must know for their own account.</param>
    /// <param name="cancel">Stops it.</param>
    /// <exception cref="Refusal">The old one is not right, or the person has rights that the caller lacks.</exception>
    Task SetPassword(UserAccount user, string password, string? old, CancellationToken cancel);

    /// <summary>Gives or takes the role administrator for the whole installation.</summary>
    /// <exception cref="Refusal">The caller may not, or nobody would be left who has it.</exception>
    Task SetAdministrator(UserAccount user, bool isAdministrator, CancellationToken cancel);

    /// <summary>Deactivates a person for good: their tokens and sessions end. The pseudonym in the ledger keeps its meaning.</summary>
    /// <exception cref="Refusal">The account is no person, or the last administrator.</exception>
    Task Deactivate(UserAccount user, CancellationToken cancel);
}

/// <summary>What an account may do with a resource, as protocols say it that know steps and no roles.</summary>
public enum GrantLevel
{
    /// <summary>Nothing, whatever else gives it: a denial.</summary>
    Nothing,

    /// <summary>Reads: the role viewer.</summary>
    Read,

    /// <summary>Writes as well: data scientist.</summary>
    Write,

    /// <summary>Gives others rights on it as well: maintainer.</summary>
    Manage,
}

/// <summary>Roles on a resource, or in all of a project, as steps. What is seen and changed is what is bound to the account itself there, not what comes from around.</summary>
public interface IGrants
{
    /// <summary>Refuses the request unless the caller may give roles on the resource of the request's project; on all of a project without one.</summary>
    /// <exception cref="Refusal">403.</exception>
    void DemandManager(string project, string? resource);

    /// <summary>The highest step that is bound to the account there; null when nothing is.</summary>
    GrantLevel? Find(string principalId, string project, string? resource);

    /// <summary>The resources of a kind on which something is bound to the account in a project.</summary>
    IReadOnlyList<(string Name, GrantLevel Level)> List(string principalId, string project, string kind);

    /// <summary>Binds a step in the place of what is bound to the account there; null ends it.</summary>
    /// <exception cref="Refusal">The caller may not give it, or take what is there.</exception>
    Task Put(string principalId, string project, string? resource, GrantLevel? level, CancellationToken cancel);
}

/// <summary>Names of the headers with a message's id, its time in seconds since 1970, and its signature.</summary>
public sealed record WebhookHeaders(string Id, string Timestamp, string Signature);

/// <summary>What a format makes of an entry of the ledger.</summary>
/// <param name="Type">Type of the event, as the format names it.</param>
/// <param name="Body">A JSON document.</param>
public sealed record WebhookTold(string Type, byte[] Body);

/// <summary>A form of webhooks that another protocol prescribes. They are kept, queued, signed and sent again like all others.</summary>
public interface IWebhookFormat
{
    /// <summary>What rows name it by, at most 20 characters.</summary>
    string Name { get; }

    /// <summary>Names of the headers.</summary>
    WebhookHeaders Headers { get; }

    /// <summary>Types of the ledger's entries that it makes something of.</summary>
    IReadOnlySet<string> EntryTypes { get; }

    /// <summary>Refuses what is no type of this format.</summary>
    /// <exception cref="Refusal">400.</exception>
    void Check(string type);

    /// <summary>What it makes of an entry; null for nothing.</summary>
    /// <param name="entry">One of <see cref="EntryTypes"/>.</param>
    /// <param name="services">A scope in the entry's project.</param>
    /// <param name="cancel">Stops it.</param>
    Task<WebhookTold?> Read(LedgerEntry entry, IServiceProvider services, CancellationToken cancel);

    /// <summary>An example of an event, by which a receiver is tried.</summary>
    WebhookTold Sample(string type, string project, DateTimeOffset at);
}

/// <summary>Webhooks of a format of its own, for the module that speaks the protocol. The routes ask for the permissions.</summary>
public interface IForeignWebhooks
{
    /// <exception cref="Refusal">The address may not be called, a type is none, the name is taken, or there are too many.</exception>
    Task<WebhookSummary> Make(CreateWebhookRequest request, ForeignWebhook foreign, DateTimeOffset now, CancellationToken cancel);

    /// <summary>Those of the current project, by id.</summary>
    Task<IReadOnlyList<WebhookSummary>> List(string format, CancellationToken cancel);

    /// <exception cref="Refusal">As <see cref="Make"/>, or there is none.</exception>
    Task<WebhookSummary> Change(string id, ChangeWebhookRequest request, ForeignWebhook foreign, DateTimeOffset now, CancellationToken cancel);

    /// <exception cref="Refusal">404.</exception>
    Task Delete(string id, CancellationToken cancel);

    /// <summary>Sends an example at once.</summary>
    Task<WebhookAttemptSummary> Test(string id, string? type, Caller caller, CancellationToken cancel);
}

/// <summary>
/// Metadata of routes whose clients know only a name and a password, by HTTP Basic. Elsewhere a password is good for
/// signing in and nothing else.
/// </summary>
/// <param name="Reason">Why, for people who read the routes.</param>
public sealed record TakesPasswords(string Reason);

/// <summary>Permissions that Governance's routes ask for.</summary>
public static class GovernancePermissions
{
    public static readonly Permission LedgerRead = new("ledger.read");

    /// <summary>Scrape the metrics, which name endpoints and features of every project.</summary>
    public static readonly Permission MetricsRead = new("metrics.read", InstallationWide: true);

    public static readonly Permission TokensRead = new("tokens.read", InstallationWide: true);
    public static readonly Permission TokensAdmin = new("tokens.admin", InstallationWide: true);
    public static readonly Permission ProjectsRead = new("projects.read");
    public static readonly Permission ProjectsAdmin = new("projects.admin", InstallationWide: true);

    /// <summary>See who has access, and ask what others may do.</summary>
    public static readonly Permission AccessRead = new("access.read");

    /// <summary>Change people, groups, service accounts and custom roles.</summary>
    public static readonly Permission AccessAdmin = new("access.admin", InstallationWide: true);

    /// <summary>Give roles and take them away: in the request's project, or, held for the installation, everywhere.</summary>
    public static readonly Permission BindingsAdmin = new("bindings.admin");

    /// <summary>See the versions of the signing key.</summary>
    public static readonly Permission KeysRead = new("keys.read");

    /// <summary>Make a new version of the signing key.</summary>
    public static readonly Permission KeysAdmin = new("keys.admin", InstallationWide: true);

    /// <summary>See webhooks, where they post to and how deliveries went.</summary>
    public static readonly Permission WebhooksRead = new("webhooks.read");

    /// <summary>Make, change, test and delete webhooks of the project.</summary>
    public static readonly Permission WebhooksAdmin = new("webhooks.admin");
}
