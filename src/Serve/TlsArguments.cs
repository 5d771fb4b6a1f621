using System.CommandLine;
using Assay.Inference.Protocols.Connections;

namespace Assay.Serve;

/// <summary>The words by which a server is given its certificate, the same for each that the command line starts.</summary>
public static class TlsArguments
{
    private static readonly Option<string?> Certificate = new("--tls-certificate")
    {
        Description = "Answers by HTTPS with this certificate: PEM, with those of its authorities behind it, or PKCS#12 (.pfx, .p12)",
        HelpName = "FILE",
    };

    private static readonly Option<string?> Key = new("--tls-key") { Description = "PEM file with the certificate's private key, where its own file doesn't hold it", HelpName = "FILE" };

    private static readonly Option<string?> PasswordFile = new("--tls-password-file") { Description = "File whose first line is the password of the key or of the PKCS#12 file", HelpName = "FILE" };

    /// <summary>Adds them to a command.</summary>
    public static void AddTo(Command command)
    {
        command.Add(Certificate);
        command.Add(Key);
        command.Add(PasswordFile);
    }

    /// <summary>The certificate that is named; null for none.</summary>
    /// <exception cref="ServeRefusedException">There is a key or a password, and no certificate.</exception>
    public static TlsFiles? Read(ParseResult parsed)
    {
        var (key, password) = (parsed.GetValue(Key), parsed.GetValue(PasswordFile));
        if (parsed.GetValue(Certificate) is { } certificate)
            return new(certificate, key, password is null ? null : File.ReadLines(password).FirstOrDefault());
        return key is null && password is null ? null : throw new ServeRefusedException("--tls-key and --tls-password-file are for HTTPS, which takes a certificate: add --tls-certificate FILE.");
    }
}
