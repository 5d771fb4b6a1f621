namespace Assay.Kernel.Permissions;

/// <summary>Who acts in the current request or job; what the ledger names as the actor.</summary>
public sealed class Caller
{
    /// <summary>A pseudonymous id: <c>token:…</c>, <c>person:…</c>, <c>system:…</c> for background work, or <c>anonymous</c>. Never a person's name.</summary>
    public string Id { get; private set; } = "anonymous";

    /// <summary>The account that <see cref="Id"/> acts for, <c>person:…</c> or <c>service:…</c>; null for background work and guests.</summary>
    public string? Principal { get; private set; }

    /// <summary>Says who acts in this scope, and for which account.</summary>
    public void Set(string id, string? principal = null) => (Id, Principal) = (id, principal);
}
