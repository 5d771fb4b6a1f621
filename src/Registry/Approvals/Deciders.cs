using Assay.Governance;
using Assay.Kernel;
using Assay.Kernel.Permissions;
using Microsoft.EntityFrameworkCore;

namespace Assay.Registry.Approvals;

/// <summary>Who acts, and in whose places.</summary>
internal sealed class Deciders(AssayDb db, IDirectory directory, Caller caller, TimeProvider clock)
{
    /// <summary>The account that calls; null for background work.</summary>
    public ValueTask<Principal?> Caller(CancellationToken cancel) => directory.Find(caller.Id, cancel);

    /// <summary>Name of the account behind an actor; null when there is none.</summary>
    public async ValueTask<string?> NameOf(string actor, CancellationToken cancel) => (await directory.Find(actor, cancel))?.DisplayName;

    /// <summary>The people who let a person decide in their places now.</summary>
    public async Task<IReadOnlyList<string>> PlacesOf(string person, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var delegations = await db.Delegations.AsNoTracking().Where(row => row.ToPerson == person).ToListAsync(cancel);
        return [.. delegations.Where(row => row.IsGoodAt(now)).Select(row => row.FromPerson).Distinct()];
    }

    /// <summary>Ids of people by their user names.</summary>
    /// <exception cref="Kernel.Refusals.Refusal">Somebody is not known.</exception>
    public IReadOnlyList<string> People(string field, IReadOnlyList<string>? names)
    {
        var people = new List<string>();
        foreach (var name in names ?? [])
        {
            var found = directory.ByName(name.TrimStart('@').ToLowerInvariant());
            people.Add(found is { Kind: PrincipalKind.Person, Active: true }
                ? found.Id
                : throw Kernel.Refusals.Refusal.Invalid(field, $"There is no person '{name}' here; write the name that they sign in as."));
        }

        return [.. people.Distinct()];
    }
}
