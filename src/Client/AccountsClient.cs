using Assay.Governance.Access.Accounts;
using Assay.Governance.Access.Bindings;
using Assay.Governance.Access.Explanations;
using Assay.Governance.Access.Roles;
using Assay.Governance.SignIn.Oidc;
using Assay.Kernel.Paging;

namespace Assay.Client;

/// <summary>People, groups, service accounts, roles and bindings, and what follows from them.</summary>
public sealed class AccountsClient
{
    private readonly Transport _transport;

    internal AccountsClient(Transport transport) => _transport = transport;

    /// <summary>People, by user name; or the one with that user name.</summary>
    public Task<Page<PersonSummary>> People(string? userName = null, string? cursor = null, int? limit = null, CancellationToken cancel = default) =>
        _transport.Get<Page<PersonSummary>>(Route.To("people").With("userName", userName).Page(cursor, limit), cancel);

    /// <summary>A person by id; null when there is none.</summary>
    public Task<PersonSummary?> FindPerson(string id, CancellationToken cancel = default) =>
        _transport.Find<PersonSummary>(Route.To("people", id), cancel);

    /// <summary>Adds a person, who has no rights yet.</summary>
    public Task<PersonSummary> AddPerson(CreatePersonRequest request, CancellationToken cancel = default) =>
        _transport.Post<PersonSummary>(Route.To("people"), request, cancel);

    /// <summary>Changes a person; deactivating ends all that rests on it at once.</summary>
    public Task<PersonSummary> ChangePerson(string id, ChangePersonRequest request, CancellationToken cancel = default) =>
        _transport.Patch<PersonSummary>(Route.To("people", id), request, cancel);

    /// <summary>Groups, by name.</summary>
    public Task<Page<GroupSummary>> Groups(string? cursor = null, int? limit = null, CancellationToken cancel = default) =>
        _transport.Get<Page<GroupSummary>>(Route.To("groups").Page(cursor, limit), cancel);

    /// <summary>A group with its members; null when there is none.</summary>
    public Task<GroupDetail?> FindGroup(string id, CancellationToken cancel = default) =>
        _transport.Find<GroupDetail>(Route.To("groups", id), cancel);

    /// <summary>Adds a group without members.</summary>
    public Task<GroupSummary> AddGroup(string name, CancellationToken cancel = default) =>
        _transport.Post<GroupSummary>(Route.To("groups"), new CreateGroupRequest(name), cancel);

    /// <summary>Removes a group with its bindings.</summary>
    public Task RemoveGroup(string id, CancellationToken cancel = default) => _transport.Delete(Route.To("groups", id), cancel);

    /// <summary>Makes an account a member.</summary>
    public Task Join(string group, string member, CancellationToken cancel = default) =>
        _transport.Text(HttpMethod.Put, Route.To("groups", group, "members", member), null, cancel);

    /// <summary>Ends a membership.</summary>
    public Task Leave(string group, string member, CancellationToken cancel = default) =>
        _transport.Delete(Route.To("groups", group, "members", member), cancel);

    /// <summary>Service accounts, by name; or those of one owner.</summary>
    public Task<Page<ServiceAccountSummary>> ServiceAccounts(
        string? owner = null, string? cursor = null, int? limit = null, CancellationToken cancel = default) =>
        _transport.Get<Page<ServiceAccountSummary>>(Route.To("service-accounts").With("owner", owner).Page(cursor, limit), cancel);

    /// <summary>Adds a service account, which has no rights yet.</summary>
    public Task<ServiceAccountSummary> AddServiceAccount(CreateServiceAccountRequest request, CancellationToken cancel = default) =>
        _transport.Post<ServiceAccountSummary>(Route.To("service-accounts"), request, cancel);

    /// <summary>Changes a service account.</summary>
    public Task<ServiceAccountSummary> ChangeServiceAccount(string id, ChangeServiceAccountRequest request, CancellationToken cancel = default) =>
        _transport.Patch<ServiceAccountSummary>(Route.To("service-accounts", id), request, cancel);

    /// <summary>Built-in and custom roles, by name.</summary>
    public Task<Page<RoleSummary>> Roles(string? cursor = null, int? limit = null, CancellationToken cancel = default) =>
        _transport.Get<Page<RoleSummary>>(Route.To("roles").Page(cursor, limit), cancel);

    /// <summary>Makes a custom role, or gives it other permissions.</summary>
    public Task<RoleSummary> PutRole(string name, PutRoleRequest request, CancellationToken cancel = default) =>
        _transport.Put<RoleSummary>(Route.To("roles", name), request, cancel);

    /// <summary>Removes a custom role that nobody has.</summary>
    public Task RemoveRole(string name, CancellationToken cancel = default) => _transport.Delete(Route.To("roles", name), cancel);

    /// <summary>Bindings, oldest first.</summary>
    public Task<Page<BindingSummary>> Bindings(
        BindingFilter? wanted = null, string? cursor = null, int? limit = null, CancellationToken cancel = default) =>
        _transport.Get<Page<BindingSummary>>(
            Route.To("bindings").With("principal", wanted?.Principal).With("role", wanted?.Role).With("project", wanted?.Project).Page(cursor, limit), cancel);

    /// <summary>Gives or denies a role.</summary>
    public Task<BindingSummary> AddBinding(CreateBindingRequest request, CancellationToken cancel = default) =>
        _transport.Post<BindingSummary>(Route.To("bindings"), request, cancel);

    /// <summary>Ends a binding.</summary>
    public Task RemoveBinding(string id, CancellationToken cancel = default) => _transport.Delete(Route.To("bindings", id), cancel);

    /// <summary>Why an account or token may do something, or not.</summary>
    public Task<AccessExplanation> Explain(string who, string permission, string? resource = null, CancellationToken cancel = default) =>
        _transport.Get<AccessExplanation>(Route.To("access", "explanation").With("who", who).With("permission", permission).With("resource", resource), cancel);

    /// <summary>What an account is given, and what it may do in the project.</summary>
    public Task<AccountRights> Rights(string who, CancellationToken cancel = default) =>
        _transport.Get<AccountRights>(Route.To("access", "rights").With("who", who), cancel);

    /// <summary>Who may do something in the project, or to one resource.</summary>
    public Task<Page<PermissionHolder>> Holders(
        string? permission = null, string? resource = null, string? cursor = null, int? limit = null, CancellationToken cancel = default) =>
        _transport.Get<Page<PermissionHolder>>(
            Route.To("access", "holders").With("permission", permission).With("resource", resource).Page(cursor, limit), cancel);

    /// <summary>Subjects of OpenID providers that are accounts here; those of one account, or all.</summary>
    public Task<Page<ExternalLoginSummary>> Logins(string? principal = null, string? cursor = null, int? limit = null, CancellationToken cancel = default) =>
        _transport.Get<Page<ExternalLoginSummary>>(Route.To("external-logins").With("principal", principal).Page(cursor, limit), cancel);

    /// <summary>Makes a subject of an OpenID provider an account here.</summary>
    public Task<ExternalLoginSummary> AddLogin(CreateExternalLoginRequest request, CancellationToken cancel = default) =>
        _transport.Post<ExternalLoginSummary>(Route.To("external-logins"), request, cancel);

    /// <summary>Ends that: the subject is nobody here any more.</summary>
    public Task RemoveLogin(string id, CancellationToken cancel = default) => _transport.Delete(Route.To("external-logins", id), cancel);
}
