using Assay.Governance.Access.Accounts;
using Assay.Kernel;
using Microsoft.EntityFrameworkCore;

namespace Assay.Governance.SignIn;

/// <summary>
/// What ends with an account. Its tokens, and the service accounts it owns, are refused while it is inactive; its sessions
/// and links are gone for good.
/// </summary>
internal sealed class Deactivation(AssayDb db, ILedger ledger)
{
    /// <summary>Does nothing for an active person. Saved by the caller.</summary>
    public async Task EndWhatRests(Person person, CancellationToken cancel)
    {
        if (person.Active)
            return;
        db.PasswordLinks.RemoveRange(await db.PasswordLinks.Where(row => row.PersonId == person.Id).ToListAsync(cancel));
        await Sessions.End(db, ledger, person.Id, SessionEnd.Deactivated, cancel);
    }
}
