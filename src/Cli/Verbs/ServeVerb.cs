using System.CommandLine;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;
using Assay.Serve;

namespace Assay.Cli.Verbs;

/// <summary><c>assay serve</c>: the slim server, with registered versions beside what it takes by itself.</summary>
internal static class ServeVerb
{
    public static Command Create()
    {
        var verb = new Verb(
            "serve",
            "Serves verified models, with POST /predict, in a process of their own until Ctrl-C",
            "assay serve models:/churn/Production --port 8080",
            "assay serve ./churn-3 --public-key signing-key.pub.pem --metrics-port 9100",
            "assay serve ./churn-3 --port 8443 --tls-certificate server.pem --tls-key server.key",
            "assay serve oci://registry.example.com/team/churn:production --public-key signing-key.pub.pem",
            "assay serve ./models --model risk=models:/credit/7",
            "assay serve models:/forecast/2 --run mlflow").Connected();
        ServeArguments.AddTo(verb);
        verb.SetAction((parsed, cancel) => ServeArguments.Run(parsed, (key, plainHttp) => new ConnectedSources(parsed, key, plainHttp), parsed.GetValue(VerbOptions.Json), cancel));
        return verb;
    }
}
