using Assay.Kernel.Outbound;
using Assay.Monitoring.Routes;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace Assay.Monitoring.Delivery.Channels;

/// <summary>E-mail by SMTP, over a connection that is held to the same addresses as every other call.</summary>
internal sealed class MailChannel(OutboundHttp outbound) : IAlertChannel
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public RouteKind Kind => RouteKind.Email;

    public async Task<string?> Send(AlertRoute route, RouteSecret secret, AlertMessage message, CancellationToken cancel)
    {
        var mail = route.Mail!;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(Patience);
        try
        {
            await using var stream = await outbound.Connect(mail.Host, mail.Port, limit.Token);
            using var client = new SmtpClient();
            await client.ConnectAsync(stream, mail.Host, mail.Port, Options(mail.Security), limit.Token);
            if (!string.IsNullOrEmpty(mail.UserName))
                await client.AuthenticateAsync(mail.UserName, secret.Secret ?? "", limit.Token);
            await client.SendAsync(Compose(mail, message), limit.Token);
            await client.DisconnectAsync(quit: true, limit.Token);
            return null;
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return $"{mail.Host} did not take the mail within {Patience.TotalSeconds:0} seconds.";
        }
        catch (Exception problem) when (problem is CommandException or ProtocolException or ServiceNotConnectedException or ServiceNotAuthenticatedException
            or SslHandshakeException or MailKit.Security.AuthenticationException or System.Security.Authentication.AuthenticationException
            or NotSupportedException or IOException)
        {
            return $"{mail.Host} did not take the mail: {problem.Message.Split('\n')[0]}";
        }
    }

    private static SecureSocketOptions Options(MailSecurity security) => security switch
    {
        MailSecurity.Tls => SecureSocketOptions.SslOnConnect,
        MailSecurity.StartTls => SecureSocketOptions.StartTls,
        _ => SecureSocketOptions.None,
    };

    private static MimeMessage Compose(MailTarget mail, AlertMessage message)
    {
        var composed = new MimeMessage { Subject = $"[Assay] {message.Title}", Date = message.At };
        composed.From.Add(MailboxAddress.Parse(mail.From));
        composed.To.AddRange(mail.To.Select(MailboxAddress.Parse));
        var onCall = message.OnCall is null ? "" : $"On call: {message.OnCall}\n\n";
        composed.Body = new TextPart("plain") { Text = $"{onCall}{string.Join("\n\n", message.Lines)}\n\nProject {message.Project}, endpoint {message.Endpoint}.\n" };
        return composed;
    }
}
