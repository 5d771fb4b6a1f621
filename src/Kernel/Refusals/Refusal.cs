namespace Assay.Kernel.Refusals;

/// <summary>
/// An expected "no": thrown by a handler, turned into problem details (RFC 9457) by the host, or into the error form of
/// the foreign protocol on whose route it happened. The message names the thing at fault and says what to do.
/// </summary>
public sealed class Refusal : Exception
{
    private Refusal(int status, string code, string message)
        : base(message)
    {
        Status = status;
        Code = code;
    }

    /// <summary>HTTP status.</summary>
    public int Status { get; }

    /// <summary>Stable machine-readable reason, such as <c>not-found</c>.</summary>
    public string Code { get; }

    /// <summary>The field of the request at fault, when there is one.</summary>
    public string? Field { get; private init; }

    /// <summary>404: no such thing in this project.</summary>
    public static Refusal NotFound(string kind, string name) =>
        new(StatusCodes.Status404NotFound, "not-found", $"There is no {kind} '{name}'{(kind == "project" ? "" : " in this project")}.");

    /// <summary>404: it was there, and was deleted.</summary>
    public static Refusal Deleted(string message) => new(StatusCodes.Status404NotFound, "deleted", message);

    /// <summary>409: the request is sound, but not in the present state.</summary>
    public static Refusal Conflict(string message) => new(StatusCodes.Status409Conflict, "conflict", message);

    /// <summary>400: the field has a value that can't be taken.</summary>
    public static Refusal Invalid(string field, string message) =>
        new(StatusCodes.Status400BadRequest, "invalid", message) { Field = field };

    /// <summary>403: known caller, not allowed.</summary>
    public static Refusal Denied(string message) => new(StatusCodes.Status403Forbidden, "denied", message);

    /// <summary>413 or 429 and the like: a limit was reached.</summary>
    public static Refusal Limit(int status, string message) => new(status, "limit", message);

    /// <summary>503: try again later.</summary>
    public static Refusal Unavailable(string message) =>
        new(StatusCodes.Status503ServiceUnavailable, "unavailable", message);

    /// <summary>A "no" for which a foreign protocol has a status and a code of its own; see <see cref="IErrorForm"/>.</summary>
    public static Refusal Foreign(int status, string code, string message) => new(status, code, message);
}
