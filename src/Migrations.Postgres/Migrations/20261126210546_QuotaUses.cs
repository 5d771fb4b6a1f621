using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Assay.Migrations.Postgres.Migrations
{
    /// <inheritdoc />
    public partial class QuotaUses : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "serving_quota_uses",
                columns: table => new
                {
                    project = table.Column<string>(type: "character varying(63)", maxLength: 63, nullable: false),
                    endpoint = table.Column<string>(type: "character varying(63)", maxLength: 63, nullable: false),
                    day = table.Column<DateOnly>(type: "date", nullable: false),
                    caller = table.Column<string>(type: "character varying(300)", maxLength: 300, nullable: false),
                    requests = table.Column<long>(type: "bigint", nullable: false),
                    rows = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_serving_quota_uses", x => new { x.project, x.endpoint, x.day, x.caller });
                });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "serving_quota_uses");
        }
    }
}
