namespace Assay.Kernel.Permissions;

/// <summary>Who acts in the current request or job; what the ledger names as the actor.</summary>
public sealed class Caller
{
    /// <summary>A pseudonymous id: <c>token:…</c>, <c>system:…</c> for background work, or <c>anonymous</c>. Never a person's name.</summary>
    public string Id { get; private set; } = "anonymous";

    /// <summary>Says who acts in this scope.</summary>
    public void Set(string id) => Id = id;
}
