using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using Assay.Governance.Audit;
using Assay.Governance.Ledger;
using Assay.Kernel;
using Assay.Kernel.Blobs;
using Assay.Kernel.Outbound;

namespace Assay.Governance.Webhooks;

/// <summary>Posts one message to one webhook, signed. Its id is the entry's, so that a receiver knows what it has.</summary>
internal sealed class WebhookSender(OutboundHttp http, IKeyRing keys, TimeProvider clock)
{
    private const int Gone = 410;

    public async Task<WebhookResult> Send(Webhook hook, WebhookMessage message, CancellationToken cancel)
    {
        var started = clock.GetUtcNow();
        using var request = new HttpRequestMessage(HttpMethod.Post, hook.Url) { Content = new ByteArrayContent(message.Body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(message.ContentType) { CharSet = "utf-8" };
        request.Headers.Add(message.Headers.Id, message.Id);
        request.Headers.Add(message.Headers.Timestamp, started.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        if (WebhookSecret.Sign(hook, keys, message.Id, started.ToUnixTimeSeconds(), message.Body) is { } signature)
            request.Headers.Add(message.Headers.Signature, signature);

        OutboundAnswer? answer = null;
        string? problem;
        try
        {
            answer = await http.Send(request, cancel);
            problem = answer.IsSuccess ? null : Says(answer.Status);
        }
        catch (OutboundException refused)
        {
            problem = refused.Message;
        }

        var attempt = new WebhookAttempt
        {
            WebhookId = hook.Id,
            Place = message.Place,
            Type = message.Type,
            At = started,
            Milliseconds = (int)(clock.GetUtcNow() - started).TotalMilliseconds,
            Status = answer?.Status,
            Problem = problem?.Shortened(1000),
        };
        return new(attempt, answer?.RetryAfter, answer?.Status == Gone);
    }

    private static string Says(int status) => status switch
    {
        >= 300 and < 400 => $"It answered {status}, and redirects are not followed: give the address that they lead to.",
        Gone => "It answered 410: the receiver wants no more events.",
        _ => $"It answered {status}.",
    };
}

/// <summary>What an attempt came to.</summary>
/// <param name="Attempt">For the log of attempts.</param>
/// <param name="RetryAfter">How long the receiver asked to be left alone.</param>
/// <param name="Gone">Whether the receiver wants no more.</param>
internal sealed record WebhookResult(WebhookAttempt Attempt, TimeSpan? RetryAfter, bool Gone)
{
    public bool Delivered => Attempt.Problem is null;
}
