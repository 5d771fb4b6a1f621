using System.Net.Http.Headers;
using System.Security.Cryptography;
using Assay.Kernel.Blobs;
using Assay.Kernel.Outbound;
using Assay.Monitoring.Routes;

namespace Assay.Monitoring.Delivery;

/// <summary>Sends a message by the channel of its route.</summary>
internal sealed class AlertSender(IEnumerable<IAlertChannel> channels, IKeyRing keys)
{
    /// <summary>Why the message was not taken, in one sentence; null when it was.</summary>
    public async Task<string?> Send(AlertRoute route, AlertMessage message, CancellationToken cancel)
    {
        try
        {
            var secret = RouteSecrets.Read(route, keys);
            return await channels.Single(channel => channel.Kind == route.Kind).Send(route, secret, message, cancel);
        }
        catch (OutboundException refused)
        {
            return refused.Message;
        }
        catch (CryptographicException)   // the row was changed by other means, or its key is not on the ring
        {
            return "The route's secrets can't be read: give its address and its secret again.";
        }
    }
}

/// <summary>Posts a JSON document.</summary>
internal sealed class JsonPost(OutboundHttp http)
{
    public async Task<string?> Send(string url, byte[] body, Action<HttpRequestHeaders>? headers, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json") { CharSet = "utf-8" };
        headers?.Invoke(request.Headers);
        var answer = await http.Send(request, cancel);
        return answer.Status switch
        {
            >= 200 and <= 299 => null,
            >= 300 and <= 399 => $"It answered {answer.Status}, and redirects are not followed: give the address that they lead to.",
            _ => $"It answered {answer.Status}.",
        };
    }
}

/// <summary>The sender and the clock by which it is told.</summary>
internal sealed record DeliveryTools(AlertSender Sender, TimeProvider Clock);
