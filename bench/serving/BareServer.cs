using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Assay.ServingBench;

/// <summary>The least that any server does: Kestrel reads the body and answers a constant.</summary>
internal static class BareServer
{
    /// <summary>Role of the child process: until it is killed.</summary>
    public static async Task Run()
    {
        await using var app = await Start();
        await Console.Out.WriteLineAsync(app.Urls.First());
        await app.WaitForShutdownAsync();
    }

    /// <summary>Starts it on a free port.</summary>
    public static async Task<WebApplication> Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        var answer = "{\"predictions\":[0.123456789]}"u8.ToArray();
        app.MapPost("/predict", async http =>
        {
            for (var read = await http.Request.BodyReader.ReadAsync(); ; read = await http.Request.BodyReader.ReadAsync())
            {
                http.Request.BodyReader.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted)
                    break;
            }

            http.Response.ContentType = "application/json";
            http.Response.ContentLength = answer.Length;
            await http.Response.BodyWriter.WriteAsync(answer);
        });
        await app.StartAsync();
        return app;
    }
}
