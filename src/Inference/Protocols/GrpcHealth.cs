using Assay.Inference.OpenInference.Grpc;
using Assay.Inference.Predictions;
using Microsoft.Extensions.Hosting;
using static Assay.Inference.OpenInference.Grpc.HealthCheckResponse.Types;

namespace Assay.Inference.Protocols;

/// <summary>gRPC's own questions for health, once or until the caller leaves.</summary>
internal static class GrpcHealth
{
    /// <summary>Its name in addresses.</summary>
    public const string Service = "grpc.health.v1.Health";

    private const int WatchersMax = 1000;
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(500);
    private static int _watchers;

    /// <summary>Answers <c>Check</c>.</summary>
    /// <exception cref="RefusedRequestException">There is no service of the name that is asked about.</exception>
    public static HealthCheckResponse Check(ProtocolHost host, string known, ReadOnlyMemory<byte> body)
    {
        var status = Of(host, known, ServiceIn(body));
        if (status == ServingStatus.ServiceUnknown)
            throw new RefusedRequestException(StatusCodes.Status404NotFound, "not-found", $"There is no service of this name here. Leave it out, or ask about {known}.");
        return new() { Status = status };
    }

    /// <summary>Answers <c>Watch</c>: the status now, and again whenever it changes, until the caller or the server ends it.</summary>
    /// <exception cref="RefusedRequestException">Too many watch already.</exception>
    public static async Task Watch(HttpContext http, ProtocolHost host, string known, ReadOnlyMemory<byte> body)
    {
        var service = ServiceIn(body);
        if (Interlocked.Increment(ref _watchers) > WatchersMax)
        {
            Interlocked.Decrement(ref _watchers);
            throw new RefusedRequestException(StatusCodes.Status503ServiceUnavailable, "busy", $"{WatchersMax} watch this server's health already. Ask with Check.") { RetryAfterSeconds = 1 };
        }

        try
        {
            var stopping = http.RequestServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
            using var end = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, stopping);
            GrpcFrame.Begin(http.Response);
            using var timer = new PeriodicTimer(Between);
            ServingStatus? told = null;
            do
            {
                if (Of(host, known, service) is var now && now != told)
                {
                    told = now;
                    await Tell(http, now);
                }
            }
            while (await Ticks(timer, end.Token));
            if (!http.RequestAborted.IsCancellationRequested && told == ServingStatus.Serving)
                await Tell(http, ServingStatus.NotServing);   // whoever watches goes elsewhere before the connection closes
            await http.Response.CompleteAsync();
        }
        finally
        {
            Interlocked.Decrement(ref _watchers);
        }
    }

    private static async Task<bool> Ticks(PeriodicTimer timer, CancellationToken cancel)
    {
        try
        {
            return await timer.WaitForNextTickAsync(cancel);
        }
        catch (OperationCanceledException)   // the caller has left, or the server stops
        {
            return false;
        }
    }

    private static async Task Tell(HttpContext http, ServingStatus status)
    {
        GrpcFrame.Append(http.Response, new HealthCheckResponse { Status = status });
        await http.Response.BodyWriter.FlushAsync(CancellationToken.None);   // ends by itself when the caller leaves
    }

    private static ServingStatus Of(ProtocolHost host, string known, string service) =>
        service.Length > 0 && service != known ? ServingStatus.ServiceUnknown : host.Answers ? ServingStatus.Serving : ServingStatus.NotServing;

    private static string ServiceIn(ReadOnlyMemory<byte> body)
    {
        var service = "";
        for (var fields = new WireReader(GrpcFrame.Message(body.Span)); fields.Read();)
            service = fields.Field == HealthCheckRequest.ServiceFieldNumber ? fields.Text() : service;
        return service;
    }
}
