using System.Globalization;
using System.Security.Cryptography;
using Assay.Kernel.Projects;
using Assay.Kernel.Refusals;
using Assay.Tracking.Mlflow;
using Microsoft.AspNetCore.DataProtection;

namespace Assay.Tracking.Artifacts.Signed;

/// <summary>What an address lets its holder do, once and for all that is said here.</summary>
/// <param name="Kind">Of the route.</param>
/// <param name="Project">In which project.</param>
/// <param name="Subject">With which file or part.</param>
/// <param name="Caller">Pseudonymous id of who asked for it, in whose name it is used.</param>
internal sealed record SignedUse(string Kind, string Project, string Subject, string Caller);

/// <summary>
/// Addresses of this server that clients call without signing in, as MLflow's do with parts of a file: who asked for one was
/// allowed to, and the address itself says, encrypted and signed, what it is good for and how long.
/// </summary>
internal sealed class SignedAddresses(IDataProtectionProvider protection, TimeProvider clock)
{
    /// <summary>A day's work on one slow file, and no key for good.</summary>
    public static readonly TimeSpan LifeMax = TimeSpan.FromHours(6);

    private const char Between = '\n';   // in none of the fields
    private readonly IDataProtector _protector = protection.CreateProtector("Assay.Tracking.SignedAddresses");

    /// <summary>A whole address of the route, on the host that the request came to.</summary>
    /// <param name="http">The request at hand.</param>
    /// <param name="route">After the project, ending with a slash.</param>
    /// <param name="use">What the address is good for.</param>
    /// <param name="life">How long.</param>
    public string Sign(HttpContext http, string route, SignedUse use, TimeSpan life)
    {
        var until = clock.GetUtcNow() + life;
        var text = string.Join(Between, use.Kind, use.Project, use.Subject, use.Caller, until.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture));
        return $"{http.Request.Scheme}://{http.Request.Host}/projects/{use.Project}{route}{_protector.Protect(text)}";
    }

    /// <summary>What the address that was called is good for.</summary>
    /// <exception cref="Refusal">403: it is forged, too old, of another kind, or of another project.</exception>
    public SignedUse Read(HttpContext http, string kind)
    {
        var project = http.RequestServices.GetRequiredService<ProjectScope>().Name;
        var said = Open((string)http.Request.RouteValues["token"]!);
        return said is [var ofKind, var ofProject, var subject, var caller, var until] && ofKind == kind && ofProject == project
            && long.Parse(until, CultureInfo.InvariantCulture) > clock.GetUtcNow().ToUnixTimeMilliseconds()
            ? new(ofKind, ofProject, subject, caller)
            : throw Refusal.Foreign(StatusCodes.Status403Forbidden, "PERMISSION_DENIED", "This address is not one that this server gave for that, or it is too old. Ask for a new one.");
    }

    private string[] Open(string token)
    {
        try
        {
            return _protector.Unprotect(token).Split(Between);
        }
        catch (CryptographicException)
        {
            return [];   // forged
        }
    }
}
