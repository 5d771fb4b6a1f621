using System.CommandLine;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;
using Assay.Cli.Output;
using Assay.Monitoring.Alerts;
using Assay.Monitoring.Routes;

namespace Assay.Cli.Verbs.Alerts;

/// <summary><c>assay alerts routes add</c>.</summary>
internal static class AddRoute
{
    private static readonly Argument<string> Name = new("name") { Description = "What it is for, unique in the project", HelpName = "NAME" };

    private static readonly Option<RouteKind> Kind = new("--kind") { Description = "webhook, slack, alertmanager or email", HelpName = "KIND" };

    private static readonly Option<string?> Url = new("--url") { Description = "Where to post", HelpName = "URL" };

    private static readonly Option<FileInfo?> SecretFile = new("--secret-file")
    {
        Description = "A file whose first line signs a webhook, is the token for Alertmanager, or the password for the mail server",
        HelpName = "FILE",
    };

    private static readonly Option<string?> Host = new("--mail-host") { Description = "The mail server, with its port behind a colon when it is not 587", HelpName = "HOST" };

    private static readonly Option<string?> From = new("--mail-from") { Description = "Address of the sender", HelpName = "ADDRESS" };

    private static readonly Option<string[]> To = new("--mail-to") { Description = "Who is told; may be given several times", HelpName = "ADDRESS" };

    private static readonly Option<string?> UserName = new("--mail-user") { Description = "With whom to sign in at the mail server", HelpName = "NAME" };

    private static readonly Option<MailSecurity> Security = new("--mail-security") { Description = "startTls, tls or none", HelpName = "SECURITY" };

    private static readonly Option<AlertSeverity> Severity = new("--severity") { Description = "Alerts of this severity and above", HelpName = "SEVERITY" };

    private static readonly Option<string[]> Sources = new("--source") { Description = "Alerts of this source; may be given several times", HelpName = "SOURCE" };

    private static readonly Option<string> Endpoint = new("--endpoint")
    {
        Description = "Alerts of this endpoint, or of those that begin so when it ends with an asterisk",
        HelpName = "ENDPOINT",
        DefaultValueFactory = _ => "*",
    };

    private static readonly Option<string[]> OnCall = new("--on-call") { Description = "Who is on call, a week each in turn; may be given several times", HelpName = "NAME" };

    public static Command Create()
    {
        var verb = new Verb(
            "add",
            "Tells somebody about alerts from now on",
            "assay alerts routes add on-call --kind slack --url https://hooks.slack.com/services/… --severity critical --on-call Ada --on-call Ben",
            "assay alerts routes add manager --kind alertmanager --url https://alertmanager.example.com",
            "assay alerts routes add mail --kind email --mail-host smtp.example.com --mail-from assay@example.com --mail-to ml@example.com").Connected();
        foreach (var option in new Option[] { Kind, Url, SecretFile, Host, From, To, UserName, Security, Severity, Sources, Endpoint, OnCall })
            verb.Add(option);
        verb.Add(Name);
        verb.SetAction(Session.Running(Handle));
        return verb;
    }

    private static async Task<int> Handle(Session session, CancellationToken cancel)
    {
        var parsed = session.Parsed;
        var secret = parsed.GetValue(SecretFile) is { } file ? (await File.ReadAllLinesAsync(file.FullName, cancel)).FirstOrDefault() : null;
        var names = parsed.GetValue(OnCall) ?? [];
        var made = await session.Client.AlertRoutes.Create(
            new(
                parsed.GetRequiredValue(Name), parsed.GetValue(Kind), parsed.GetValue(Url), Mail(parsed), secret, parsed.GetValue(Severity), parsed.GetValue(Sources),
                parsed.GetValue(Endpoint)!, OnCall: names.Length == 0 ? null : new OnCallRotation(names, TimeProvider.System.GetUtcNow())),
            cancel);
        session.Write(made, static made => Screen.Line($"Alerts are told to {made.Target}. Try it: assay alerts routes test {made.Name}"));
        return 0;
    }

    private static MailTarget? Mail(ParseResult parsed)
    {
        const int usualPort = 587;
        if (parsed.GetValue(Host) is not { } host)
            return null;
        var (name, port) = host.Split(':') is [var before, var after] && int.TryParse(after, out var number) ? (before, number) : (host, usualPort);
        return new(name, parsed.GetValue(From) ?? "", parsed.GetValue(To) ?? [], port, parsed.GetValue(Security), parsed.GetValue(UserName));
    }
}
