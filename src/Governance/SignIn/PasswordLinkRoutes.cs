using Assay.Governance.Access.Accounts;
using Assay.Governance.Access.Decisions;
using Assay.Kernel;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;

namespace Assay.Governance.SignIn;

internal static class PasswordLinkRoutes
{
    // Not idempotent by key: the kept answer would keep the secret.
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/api/v1/people/{person}/password-links", Issue)
        .WithName("CreatePasswordLink").WithTags("Access").Requires(GovernancePermissions.AccessAdmin);

    private static async Task<PasswordLinkIssued> Issue(
        string person, AssayDb db, AccessChange access, ChoosePassword choice, CancellationToken cancel)
    {
        var row = await db.People.FindAsync([person], cancel) ?? throw Refusal.NotFound("person", person);
        access.MayGiveAllOf(person);   // who has the link can become the person
        return await choice.Issue(row, cancel);
    }
}
