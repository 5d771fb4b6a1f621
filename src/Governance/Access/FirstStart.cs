using System.Text;
using Assay.Governance.Access.Accounts;
using Assay.Governance.Access.Bindings;
using Assay.Governance.Access.Decisions;
using Assay.Governance.Keys;
using Assay.Kernel;
using Assay.Kernel.Blobs;
using Assay.Kernel.Homes;
using Assay.Kernel.Permissions;
using Assay.Kernel.Projects;
using Microsoft.EntityFrameworkCore;

namespace Assay.Governance.Access;

/// <summary>
/// Makes what an installation can't do without: the default project, the person who administers it, and that person's
/// token. Run at every start, it finishes what a crash left half done (the token's file is written first, the row follows
/// it). It gives nothing to rows that it finds: whoever writes into the database could have put them there.
/// </summary>
public sealed class FirstStart(AssayDb db, ILedger ledger, AssayHome home, IServiceProvider services, TimeProvider clock)
{
    private const string AdministratorName = "admin";

    /// <summary>Whether the administrator's token was made by this start, so that it is to be shown once.</summary>
    public async Task<bool> Run(CancellationToken cancel)
    {
        services.GetRequiredService<Caller>().Set("system:start");
        var made = await AddToken(cancel);
        if (!await db.Projects.AnyAsync(row => row.Name == ProjectScope.Default, cancel))
        {
            db.Projects.Add(new() { Name = ProjectScope.Default, CreatedAt = clock.GetUtcNow() });
            ledger.Append(new ProjectCreated(ProjectScope.Default));
        }

        await db.SaveChangesAsync(cancel);
        await services.GetRequiredService<KeyBook>().Record(cancel);
        await services.GetRequiredService<KeyBook>().RecordEncryption(cancel);
        await services.GetRequiredService<AccessState>().Reload(cancel);
        return made;
    }

    private async Task<bool> AddToken(CancellationToken cancel)
    {
        var exists = File.Exists(home.AdminTokenFile);
        var secret = exists ? (await File.ReadAllTextAsync(home.AdminTokenFile, cancel)).Trim() : TokenSecrets.NewToken().Token;
        if (!exists)
            DurableFile.Replace(home.AdminTokenFile, Encoding.ASCII.GetBytes(secret + "\n"));

        var hash = TokenSecrets.Hash(secret);
        if (await db.Tokens.AnyAsync(row => row.Hash == hash, cancel))
            return !exists;

        var id = secret.Split('_') is [_, { Length: 12 } part, ..] ? part : TokenSecrets.NewToken().Id;
        var administrator = await Administrator(cancel);
        db.Tokens.Add(new()
        {
            Id = id,
            Name = AdministratorName,
            PrincipalId = administrator,
            Scope = Role.Administrator,
            BoundProject = null,
            Hash = hash,
            CreatedAt = clock.GetUtcNow(),
            ExpiresAt = null,
        });
        ledger.Append(new TokenCreated(id, administrator, Role.Administrator, null));
        await db.SaveChangesAsync(cancel);
        return !exists;
    }

    /// <summary>Id of the person who holds the home's token; made when there is none.</summary>
    private async Task<string> Administrator(CancellationToken cancel)
    {
        if (await db.People.SingleOrDefaultAsync(row => row.UserName == AdministratorName, cancel) is { } known)
            return known.Id;

        var now = clock.GetUtcNow();
        var person = new Person
        {
            Id = AccountId.New(AccountId.Person),
            UserName = AdministratorName,
            DisplayName = "Administrator",
            Active = true,
            CreatedAt = now,
        };
        var binding = new Binding
        {
            Id = Guid.CreateVersion7(now).ToString("N"),
            PrincipalId = person.Id,
            Role = Role.Administrator,
            Effect = BindingEffect.Allow,
            Project = null,
            ResourceKind = null,
            ResourceName = null,
            ExpiresAt = null,
            CreatedAt = now,
        };
        db.AddRange(person, binding);
        ledger.Append(new PersonCreated(person.Id));
        ledger.Append(BindingCreated.Of(binding));
        await db.SaveChangesAsync(cancel);
        return person.Id;
    }
}
