using Assay.Governance.Ledger;
using Assay.Kernel;
using Assay.Kernel.Refusals;
using Microsoft.EntityFrameworkCore;

namespace Assay.Governance.Webhooks;

/// <summary>
/// Leaves a webhook that tells the events of all projects to those who may read them: whoever changes where it posts to, or
/// its secret, reads what it tells.
/// </summary>
internal static class EverywhereDoor
{
    /// <summary>For routes whose value <c>id</c> is a webhook.</summary>
    public static async ValueTask<object?> Pass(EndpointFilterInvocationContext call, EndpointFilterDelegate next)
    {
        var http = call.HttpContext;
        var id = (string)http.Request.RouteValues["id"]!;
        if (!http.RequestServices.GetRequiredService<LedgerReader>().SeesAll(http.User) && await IsEverywhere(http, id))
            throw Refusal.Denied("You may read the ledger of this project only, and this webhook tells the events of all: ask somebody who may read those to change it, and make one of your own without 'everywhere'.");
        return await next(call);
    }

    private static Task<bool> IsEverywhere(HttpContext http, string id) =>
        http.RequestServices.GetRequiredService<AssayDb>().Webhooks.AnyAsync(row => row.Id == id && row.Everywhere, http.RequestAborted);
}
