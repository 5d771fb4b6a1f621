using System.Text;
using Assay.Kernel;
using Assay.Kernel.Homes;
using Assay.Kernel.Permissions;
using Assay.Kernel.Projects;
using Microsoft.EntityFrameworkCore;

namespace Assay.Governance.Access;

/// <summary>
/// Makes what an installation can't do without: the default project and the administrator's token. Run at every start, it
/// finishes what a crash left half done: the file is written first, the row follows it.
/// </summary>
public sealed class FirstStart(AssayDb db, ILedger ledger, AssayHome home, Caller caller, TimeProvider clock)
{
    private const string AdministratorName = "admin";

    /// <summary>Whether the administrator's token was made by this start, so that it is to be shown once.</summary>
    public async Task<bool> Run(CancellationToken cancel)
    {
        caller.Set("system:start");
        var made = await AddAdministrator(cancel);
        if (!await db.Projects.AnyAsync(row => row.Name == ProjectScope.Default, cancel))
        {
            db.Projects.Add(new() { Name = ProjectScope.Default, CreatedAt = clock.GetUtcNow() });
            ledger.Append(new ProjectCreated(ProjectScope.Default));
        }

        await db.SaveChangesAsync(cancel);
        return made;
    }

    private async Task<bool> AddAdministrator(CancellationToken cancel)
    {
        var exists = File.Exists(home.AdminTokenFile);
        var secret = exists ? (await File.ReadAllTextAsync(home.AdminTokenFile, cancel)).Trim() : TokenSecrets.NewToken().Token;
        if (!exists)
            AssayHome.WriteOwnerOnly(home.AdminTokenFile, Encoding.ASCII.GetBytes(secret + "\n"));

        var hash = TokenSecrets.Hash(secret);
        if (await db.Tokens.AnyAsync(row => row.Hash == hash, cancel))
            return !exists;

        var id = secret.Split('_') is [_, { Length: 12 } part, ..] ? part : TokenSecrets.NewToken().Id;
        db.Tokens.Add(new()
        {
            Id = id,
            Name = AdministratorName,
            Role = Role.Administrator,
            BoundProject = null,
            Hash = hash,
            CreatedAt = clock.GetUtcNow(),
            ExpiresAt = null,
        });
        ledger.Append(new TokenCreated(id, Role.Administrator, null));
        return !exists;
    }
}
