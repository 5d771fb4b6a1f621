using System.Globalization;
using Assay.Kernel.Databases;
using Assay.Kernel.Refusals;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Http;

/// <summary>Turns what was thrown into problem details (RFC 9457). A defect says nothing about itself but an id to look it up by.</summary>
internal sealed class Problems(IProblemDetailsService writer, ILogger<Problems> log) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        var problem = exception switch
        {
            Refusal refusal => From(refusal),
            _ when exception is AntiforgeryValidationException || IsForgedForm(httpContext, exception) => new()
            {
                Status = StatusCodes.Status400BadRequest,
                Title = "Form not accepted",
                Detail = "The form was not sent by a page of this console, or the page is too old: load it again, and send it again.",
            },
            BadHttpRequestException bad => BadRequests.Explain(bad),
            DbUpdateConcurrencyException => new()
            {
                Status = StatusCodes.Status409Conflict,
                Title = "Conflict",
                Detail = "Somebody else changed the same thing at the same time. Read it, and try again if needed.",
            },
            DbUpdateException second when StorageTrouble.IsTaken(second) => new()
            {
                Status = StatusCodes.Status409Conflict,
                Title = "Conflict",
                Detail = "Somebody else made the same thing at the same time. Read it, and try again if needed.",
            },
            _ when IsUnstorableText(exception) => new()
            {
                Status = StatusCodes.Status400BadRequest,
                Title = "Bad request",
                Detail = "The request holds the character U+0000, which no text that is stored may have: take it out.",
            },
            _ when StorageTrouble.IsFull(exception) => new()
            {
                Status = StatusCodes.Status507InsufficientStorage,
                Title = "Disk full",
                Detail = "There is no space left on the disk of the home, or of its database. Free some, and try again; nothing was changed.",
            },
            _ when StorageTrouble.IsAway(exception) => Away(httpContext, exception),
            OperationCanceledException when httpContext.RequestAborted.IsCancellationRequested => new() { Status = 499, Title = "Client left" },
            _ => Defect(httpContext, exception),
        };
        httpContext.Response.StatusCode = problem.Status!.Value;
        if (httpContext.Features.Get<IExceptionHandlerFeature>()?.Endpoint?.Metadata.GetMetadata<IErrorForm>() is { } form)
        {
            await form.Write(httpContext, problem.Status.Value, (exception as Refusal)?.Code ?? "", problem.Detail ?? problem.Title!);
            return true;
        }

        return await writer.TryWriteAsync(new() { HttpContext = httpContext, ProblemDetails = problem, Exception = exception });
    }

    private static ProblemDetails From(Refusal refusal)
    {
        var problem = new ProblemDetails { Status = refusal.Status, Title = refusal.Code, Detail = refusal.Message };
        problem.Extensions["code"] = refusal.Code;
        if (refusal.Field is { } field)
            problem.Extensions["field"] = field;
        return problem;
    }

    private ProblemDetails Away(HttpContext http, Exception exception)
    {
        const int Seconds = 5;
        log.LogWarning("Request {Id} failed, since the database does not answer: {Problem}", http.TraceIdentifier, exception.GetBaseException().Message);
        http.Response.Headers.RetryAfter = Seconds.ToString(CultureInfo.InvariantCulture);
        return new()
        {
            Status = StatusCodes.Status503ServiceUnavailable,
            Title = "Database away",
            Detail = "The database does not answer at the moment. Try again in a few seconds. Predictions go on meanwhile.",
        };
    }

    private ProblemDetails Defect(HttpContext http, Exception exception)
    {
        log.LogError(exception, "Request {Id} failed.", http.TraceIdentifier);
        return new()
        {
            Status = StatusCodes.Status500InternalServerError,
            Title = "Defect",
            Detail = $"The server failed on this request. Its log has the cause under id {http.TraceIdentifier}.",
        };
    }

    // A form that a route reads into its parameters is looked at before the route itself can.
    private static bool IsForgedForm(HttpContext http, Exception exception) =>
        exception is InvalidOperationException && http.Features.Get<IAntiforgeryValidationFeature>() is { IsValid: false };

    // PostgreSQL takes every character but one; SQLite takes that one, too.
    private static bool IsUnstorableText(Exception exception) =>
        (exception as Npgsql.PostgresException ?? exception.InnerException as Npgsql.PostgresException)?.SqlState == "22021";
}
