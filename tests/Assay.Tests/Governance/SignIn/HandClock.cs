using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.Tests.Governance.SignIn;

/// <summary>A clock that the test moves. It starts at the real time, so that what real clocks made is not in its future.</summary>
internal sealed class HandClock : TimeProvider
{
    private TimeSpan _moved;

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + _moved;

    public void Move(TimeSpan by) => _moved += by;

    /// <summary>Puts the clock into a host.</summary>
    public void Into(WebApplicationBuilder builder) => builder.Services.AddSingleton<TimeProvider>(this);
}
