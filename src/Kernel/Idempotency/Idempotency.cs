using System.Text.Json;
using Assay.Kernel.Permissions;
using Assay.Kernel.Projects;
using Assay.Kernel.Refusals;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Assay.Kernel.Idempotency;

/// <summary>
/// Lets a client repeat a create safely: the first answer to a request with an <c>Idempotency-Key</c> header is kept for a
/// day, and given again to the same caller, route and key. The key is saved in the transaction of the change itself.
/// </summary>
public static class Idempotency
{
    private const string Header = "Idempotency-Key";
    private const int MaxLength = 200;

    /// <summary>Honours the header on this route.</summary>
    public static RouteHandlerBuilder Idempotent(this RouteHandlerBuilder route) => route.AddEndpointFilter(Handle);

    private static async ValueTask<object?> Handle(EndpointFilterInvocationContext invocation, EndpointFilterDelegate next)
    {
        var http = invocation.HttpContext;
        if (!http.Request.Headers.TryGetValue(Header, out var header))
            return await next(invocation);

        var key = header.ToString();
        if (key.Length is 0 or > MaxLength)
            throw Refusal.Invalid(Header, $"The {Header} header must have 1 to {MaxLength} characters.");

        var db = http.RequestServices.GetRequiredService<AssayDb>();
        var caller = http.RequestServices.GetRequiredService<Caller>().Id;
        var clock = http.RequestServices.GetRequiredService<TimeProvider>();
        var operation = $"{http.Request.Method} {http.Request.Path}";
        var kept = await db.Set<KeptAnswer>().SingleOrDefaultAsync(
            row => row.Key == key && row.Caller == caller && row.Operation == operation, http.RequestAborted);
        if (kept is not null)
            return Repeat(kept, key);

        var answer = new KeptAnswer { Key = key, Caller = caller, Operation = operation, At = clock.GetUtcNow() };
        db.Add(answer);   // saved by the handler's own SaveChanges, so that key and change stand or fall together
        var result = await next(invocation);
        answer.Status = (result as IStatusCodeHttpResult)?.StatusCode ?? StatusCodes.Status200OK;
        answer.Body = JsonSerializer.Serialize((result as IValueHttpResult)?.Value, AssayJson.Options);
        await db.SaveChangesAsync(CancellationToken.None);   // what was done is done: a caller who has left asks again with this key
        return result;
    }

    private static IResult Repeat(KeptAnswer kept, string key) => kept.Status is { } status
        ? Results.Text(kept.Body, "application/json", statusCode: status)
        : throw Refusal.Conflict(
            $"A request with {Header} '{key}' was carried out, but its answer was lost. List what exists, or use a new key.");
}

/// <summary>The first answer to a request with a key; without status while the handler has not answered yet.</summary>
internal sealed class KeptAnswer : IProjectOwned
{
    public string Project { get; private set; } = "";
    public required string Key { get; init; }
    public required string Caller { get; init; }
    public required string Operation { get; init; }
    public required DateTimeOffset At { get; init; }
    public int? Status { get; set; }
    public string? Body { get; set; }
}

internal sealed class KeptAnswerTable : IEntityTypeConfiguration<KeptAnswer>
{
    public void Configure(EntityTypeBuilder<KeptAnswer> builder)
    {
        builder.ToTable("kernel_kept_answers");
        builder.HasKey(row => new { row.Project, row.Caller, row.Operation, row.Key });
        builder.Property(row => row.Caller).HasMaxLength(80);
        builder.Property(row => row.Operation).HasMaxLength(400);
        builder.Property(row => row.Key).HasMaxLength(200);
        builder.HasIndex(row => row.At);
    }
}
