using System.CommandLine;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;
using Assay.Cli.Output;
using Assay.Registry;
using Assay.Serve;

namespace Assay.Cli.Verbs;

/// <summary><c>assay serve</c>: one model in a process of its own.</summary>
internal static class ServeVerb
{
    private static readonly Argument<string> Model = new("model")
    {
        Description = "models:/NAME/VERSION (a number, an alias or a stage), or a folder that 'assay model export' wrote",
        HelpName = "models:/NAME/VERSION|DIR",
    };

    private static readonly Option<int> Port = new("--port") { Description = "Port of POST /predict; 0 takes a free one", HelpName = "N", DefaultValueFactory = _ => 8080 };

    private static readonly Option<int> MetricsPort = new("--metrics-port") { Description = "Port of the Prometheus metrics; 0 turns them off", HelpName = "N" };

    private static readonly Option<string> Address = new("--address")
    {
        Description = "Address to listen on; whoever reaches it may ask the model",
        HelpName = "IP",
        DefaultValueFactory = _ => "127.0.0.1",
    };

    private static readonly Option<string?> PublicKey = new("--public-key") { Description = "PEM file of the key that must have signed a folder", HelpName = "FILE" };

    private static readonly Option<string?> Certificate = new("--tls-certificate")
    {
        Description = "Answers by HTTPS with this certificate: PEM, with those of its authorities behind it, or PKCS#12 (.pfx, .p12)",
        HelpName = "FILE",
    };

    private static readonly Option<string?> Key = new("--tls-key") { Description = "PEM file with the certificate's private key, where its own file doesn't hold it", HelpName = "FILE" };

    private static readonly Option<string?> PasswordFile = new("--tls-password-file") { Description = "File whose first line is the password of the key or of the PKCS#12 file", HelpName = "FILE" };

    public static Command Create()
    {
        var verb = new Verb(
            "serve",
            "Serves one verified model, with POST /predict, in a process of its own until Ctrl-C",
            "assay serve models:/churn/Production --port 8080",
            "assay serve ./churn-3 --public-key signing-key.pub.pem --metrics-port 9100",
            "assay serve ./churn-3 --port 8443 --tls-certificate server.pem --tls-key server.key").Connected();
        verb.Add(Model);
        verb.Add(Port);
        verb.Add(MetricsPort);
        verb.Add(Address);
        verb.Add(PublicKey);
        verb.Add(Certificate);
        verb.Add(Key);
        verb.Add(PasswordFile);
        verb.SetAction(Handle);
        return verb;
    }

    private static async Task<int> Handle(ParseResult parsed, CancellationToken cancel)
    {
        var model = parsed.GetRequiredValue(Model);
        if (!ModelReference.IsOne(model))
        {
            await ServeFolder(parsed, Verified(parsed, model), Path.GetFileName(Path.GetFullPath(model)), cancel);
            return 0;
        }

        var temporary = Directory.CreateTempSubdirectory("assay-serve-").FullName;   // mode 0700
        try
        {
            var reference = ModelReference.Parse(model);
            await Session.Running(async (session, stop) =>
            {
                await ExportedPackage.Write(session.Client, reference, temporary, stop);
                return 0;
            })(parsed, cancel);
            await ServeFolder(parsed, temporary, reference.Name, cancel);
            return 0;
        }
        finally
        {
            Directory.Delete(temporary, recursive: true);
        }
    }

    private static string Verified(ParseResult parsed, string folder)
    {
        if (!Directory.Exists(folder))
            throw new CommandException($"There is no folder {folder}; a registered model is written models:/NAME/VERSION.");
        var report = SignedFolder.Verify(folder, parsed.GetValue(PublicKey) is { } key ? File.ReadAllText(key) : null);
        return report.Verified ? folder : throw new CommandException($"{folder} is not served: {report.Problem}");
    }

    private static Task ServeFolder(ParseResult parsed, string folder, string name, CancellationToken cancel)
    {
        var metrics = parsed.GetValue(MetricsPort);
        var options = new ServeOptions(folder, parsed.GetValue(Port), metrics == 0 ? null : metrics, parsed.GetRequiredValue(Address), name, Tls: Tls(parsed));
        return ServeHost.Run(options, addresses => Announce(parsed, name, addresses), cancel);
    }

    private static ServeTls? Tls(ParseResult parsed)
    {
        var (key, password) = (parsed.GetValue(Key), parsed.GetValue(PasswordFile));
        if (parsed.GetValue(Certificate) is { } certificate)
            return new(certificate, key, password is null ? null : File.ReadLines(password).FirstOrDefault());
        return key is null && password is null ? null : throw new CommandException("--tls-key and --tls-password-file are for HTTPS, which takes a certificate: add --tls-certificate FILE.");
    }

    private static void Announce(ParseResult parsed, string name, ServeAddresses addresses)
    {
        if (parsed.GetValue(VerbOptions.Json))
        {
            Screen.WriteJson(new { model = name, predict = addresses.Predict, metrics = addresses.Metrics });
            return;
        }

        Screen.Line($"{name} answers at POST {addresses.Predict}");
        if (addresses.Metrics is { } metrics)
            Screen.Line($"Metrics for Prometheus at {metrics}");
        Screen.Line("Ctrl-C stops it.");
    }
}
