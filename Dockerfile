# The server on Node: one file, built from the sources. See "Deploy in a container" in README.md.
FROM node:24-alpine AS build
WORKDIR /bridge
COPY package.json package-lock.json .npmrc tsconfig.json ./
RUN npm ci --omit=dev --ignore-scripts
COPY src ./src
RUN npm run --silent build

FROM node:24-alpine
ENV NODE_ENV=production HOST=0.0.0.0 PORT=8787 DATA=/data
RUN mkdir /data && chown node:node /data
COPY --from=build /bridge/dist/node.js /bridge/node.js
USER node
VOLUME /data
EXPOSE 8787
HEALTHCHECK --interval=30s --timeout=6s --start-period=20s CMD ["node", "/bridge/node.js", "--health"]
CMD ["node", "/bridge/node.js"]
