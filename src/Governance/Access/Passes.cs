using System.Collections.Concurrent;
using Assay.Governance.Access.Decisions;
using Assay.Kernel.Permissions;
using Microsoft.AspNetCore.Http;

namespace Assay.Governance.Access;

/// <summary>What a request to a hot route asks: with this header, on this resource of this project.</summary>
internal readonly record struct AskedPass(string Header, Endpoint Endpoint, string Project, string? Name);

/// <summary>A request that may go on: who it is, and by what that was decided.</summary>
internal sealed record Pass(KeptCaller Kept, string Actor, string? Principal, AccessSnapshot Snapshot);

/// <summary>
/// The last decisions on the short way, so that the same question is not worked out thousands of times a second: hashing a
/// token and looking up its rights takes longer than a prediction. A decision holds as long as both that it rests on, the
/// kept token and the snapshot of rights. The headers, which hold tokens, are forgotten at the first request after a minute.
/// </summary>
internal sealed class Passes(Projects projects, TimeProvider clock)
{
    private const int KeptMax = 10_000;
    private static readonly TimeSpan KeptFor = TimeSpan.FromMinutes(1);
    private readonly ConcurrentDictionary<AskedPass, Pass> _passes = new();
    private long _emptied = clock.GetTimestamp();

    /// <summary>The pass, or null for somebody who has to go the whole way.</summary>
    public Pass? Find(in AskedPass asked, Tokens tokens, AccessSnapshot snapshot)
    {
        ForgetAfterAWhile();
        if (_passes.TryGetValue(asked, out var pass) && ReferenceEquals(pass.Snapshot, snapshot) && tokens.Holds(pass.Kept))
            return pass;
        return Judge(asked, tokens, snapshot) is { } judged ? Keep(asked, judged) : null;
    }

    // By the permission and the resource that the route itself names; a route that says more is judged on the whole way.
    private Pass? Judge(in AskedPass asked, Tokens tokens, AccessSnapshot snapshot)
    {
        var metadata = asked.Endpoint.Metadata;
        if (metadata.GetMetadata<Permission>() is not { InstallationWide: false } permission || metadata.GetMetadata<NamedResource>() is not { } named || asked.Name is null)
            return null;
        if (!projects.IsKnown(asked.Project) || tokens.Kept(asked.Header[ShortWay.Scheme.Length..]) is not { Caller: { } caller } kept)
            return null;
        return snapshot.Allows(caller, permission, new Place(asked.Project, named.Kind, asked.Name)) ? new(kept, caller.ActorId(), caller.PrincipalId(), snapshot) : null;
    }

    private Pass Keep(in AskedPass asked, Pass pass)
    {
        if (_passes.Count >= KeptMax)
            _passes.Clear();
        return _passes[asked] = pass;
    }

    private void ForgetAfterAWhile()
    {
        if (clock.GetElapsedTime(Volatile.Read(ref _emptied)) <= KeptFor)
            return;
        _passes.Clear();
        Volatile.Write(ref _emptied, clock.GetTimestamp());
    }
}
